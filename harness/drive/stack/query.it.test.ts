/** Queries over HTTP against a small real server. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Addresses } from "./address.ts";
import { runQuery } from "./query.ts";

let server: Server;
let addresses: Addresses;

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://host");
    const after = Number(url.searchParams.get("after") ?? 0);
    if (url.pathname === "/pages") response.end(JSON.stringify({ items: [{ id: `d${after}` }, { id: `x${after}` }], next: after < 3 ? after + 1 : null }));
    else if (url.pathname === "/loop") response.end(JSON.stringify({ items: [], next: "again" }));
    else if (url.pathname === "/metrics") response.end('jobs{state="open"} 3\n');
    else if (url.pathname === "/silent") return;
    else response.writeHead(500).end("broken");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  addresses = { nodes: { api: { kind: "process", ports: { main: { host: "127.0.0.1", port } } } }, links: {} };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (path: string, changes: object = {}): Promise<string[][]> => runQuery({ via: "http", node: "api", path, pick: "items[].id", next: "next", ...changes }, addresses, { timeoutMs: 30_000 });

test("all pages are read", async () => {
  expect((await ask("/pages?after={{cursor}}", { match: "^d" })).flat()).toEqual(["d0", "d1", "d2", "d3"]);
});

test("pages that lead back to themselves end", async () => {
  await expect(ask("/loop?after={{cursor}}")).rejects.toThrow(/names itself/);
});

test("an answer that is not good, or none in time, is an error", async () => {
  await expect(ask("/broken")).rejects.toThrow("GET /broken answered 500");
  await expect(runQuery({ via: "http", node: "api", path: "/silent", pick: "" }, addresses, { timeoutMs: 50 })).rejects.toThrow();
});

test("metrics are read by name and labels", async () => {
  const metric = (labels: Record<string, string>): Promise<string[][]> => runQuery({ via: "prometheus", node: "api", path: "/metrics", metric: "jobs", labels }, addresses, { timeoutMs: 30_000 });
  expect(await metric({ state: "open" })).toEqual([["3"]]);
  await expect(metric({ state: "done" })).rejects.toThrow(/no metric jobs/);
});

test("a node that is not there, or does not speak the language, is named", async () => {
  await expect(runQuery({ via: "sql", node: "api", statement: "select 1" }, addresses, { timeoutMs: 30_000 })).rejects.toMatchObject({ code: "target-invalid" });
  await expect(runQuery({ via: "redis", node: "nobody", command: ["PING"] }, addresses, { timeoutMs: 30_000 })).rejects.toMatchObject({ code: "target-invalid" });
});

test("a program answers by its lines, is told where nodes listen, and has a deadline", async () => {
  const program = (code: string, ...args: string[]): Promise<string[][]> => runQuery({ via: "command", command: [process.execPath, "-e", code, ...args] }, addresses, { timeoutMs: 30_000 });
  const { host, port } = addresses.nodes["api"]?.ports["main"] ?? { host: "", port: 0 };
  expect(await program('console.log("a\\t1\\nb\\t2"); console.log(process.argv[1])', "{{node:api}}")).toEqual([["a", "1"], ["b", "2"], [`${host}:${port}`]]);
  await expect(program("process.exit(3)")).rejects.toMatchObject({ code: "target-invalid" });
  await expect(runQuery({ via: "command", command: [process.execPath, "-e", "setInterval(() => {}, 1000)"] }, addresses, { timeoutMs: 200 })).rejects.toMatchObject({ code: "target-invalid" });
});

test("R30: free text in the arguments of a program arrives as it is, and starts nothing", async () => {
  const free = ["$(id)", "`id`", "a;id", "a && id", "a|id", "> out", "*", "$HOME", "a\nb", "it's", 'say "hi"', "--eval", "../a", "~", "a\\nb"];
  const command = [process.execPath, "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...free];
  const rows = await runQuery({ via: "command", command }, addresses, { timeoutMs: 30_000 });
  expect(rows.map(([text]) => JSON.parse(text ?? ""))).toEqual([free]);
});
