/** Boots with real processes: what works, and one clear error for each way in which it does not. */

import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { freshToken } from "../../base/random.ts";
import { timeoutSignal } from "../../base/time.ts";
import { targetSchema, type TargetInput } from "../../scenario/target/target.ts";
import { httpCall } from "../supervisor/system/http-call.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { nodeAddress } from "./address.ts";
import { bootEmbedded, type BootedNodes, type EmbeddedOptions } from "./embedded.ts";
import { runQuery } from "./query.ts";
import type { Stack } from "./stack.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

/** For what hangs. */
const hangsAfterMs = 30_000;

let supervisor: Supervisor;
let run: string;
beforeEach(async () => {
  run = `boot-${freshToken(8)}`;
  supervisor = await startSupervisor({ run, stateFolder });
});
afterEach(async () => {
  await supervisor.close();
});

function boot(nodes: TargetInput["nodes"], changes: Partial<TargetInput> & Partial<Pick<EmbeddedOptions, "proxyKind" | "signal" | "onNotReady">> = {}): Promise<Stack> {
  const { proxyKind = "embedded", signal = new AbortController().signal, onNotReady = () => {}, ...rest } = changes;
  const target = targetSchema.parse({ name: "boot", title: "Boot", nodes, ...rest });
  return bootEmbedded(target, { supervisor, run, targetFolder: tmpdir(), proxyKind, onProgress: () => {}, onNotReady, signal });
}

/** Answers with what it was given. */
const echo = `
  const shown = { ...process.env, args: process.argv.slice(1), folder: process.cwd() };
  require("node:http").createServer((_, response) => response.end(JSON.stringify(shown))).listen(Number(process.env.PORT), "127.0.0.1", () => console.log("listening"));
`;
const node = (changes: object = {}): TargetInput["nodes"][string] => ({ kind: "process", command: ["node", "-e", echo], env: { PORT: "{{port}}" }, ...changes });

async function answerOf(stack: Stack, name: string, port?: string): Promise<Record<string, unknown>> {
  const { host, port: number } = nodeAddress(stack.addresses, name, port);
  const { text } = await httpCall({ method: "GET", url: `http://${host}:${number}/`, signal: timeoutSignal(hangsAfterMs) });
  return JSON.parse(text);
}

describe("a stack that boots", () => {
  test("places are filled in, and nothing else of our environment is handed on", async () => {
    const env = { PORT: "{{port}}", UP: "{{link:a-b}}", DIRECT: "{{node:b}}", WHERE: "{{scratch}}", RUN: "{{run}}", ME: "{{instance}}" };
    const stack = await boot({ a: node({ env, replicas: 2, command: ["node", "-e", echo, "number {{instance}}"] }), b: node() }, { links: { "a-b": { from: "a", to: "b" } } });
    const link = stack.addresses.links["a-b"];
    const b = nodeAddress(stack.addresses, "b");
    const seen = await answerOf(stack, "a", "main-2");
    expect(seen).toMatchObject({ UP: `127.0.0.1:${link?.port}`, DIRECT: `127.0.0.1:${b.port}`, WHERE: supervisor.scratchFolder, RUN: run, ME: "2", args: ["number 2"], TZ: "UTC" });
    expect(Object.keys(seen)).not.toContain("VITEST");
    expect(stack.nodes.get("a")?.children).toEqual(["a-1", "a-2"]);
    expect((await answerOf(stack, "a"))["ME"]).toBe("1");
  });

  test("what was listening is not there any more once it is disposed", async () => {
    const stack = await boot({ a: node() });
    const address = nodeAddress(stack.addresses, "a");
    await stack[Symbol.asyncDispose]();
    await expect(httpCall({ method: "GET", url: `http://127.0.0.1:${address.port}/`, signal: timeoutSignal(hangsAfterMs) })).rejects.toMatchObject({ code: "ECONNREFUSED" });
    // The names are free again: the next stack of the same run may use them.
    const again = await boot({ a: node() });
    expect(await again.whyNotReady("a")).toBeNull();
  });

  test("a node that is to be restarted may end before it is ready", async () => {
    const second = `if (!require("node:fs").existsSync("{{scratch}}/first")) { require("node:fs").writeFileSync("{{scratch}}/first", ""); process.exit(1); } ${echo}`;
    const stack = await boot({ a: node({ command: ["node", "-e", second], restart: { policy: "always", delay: "100ms" } }) });
    expect(await stack.whyNotReady("a")).toBeNull();
  });

  test("`before` commands run to their end, in order, before the node", async () => {
    const write = (name: string): string[] => ["node", "-e", `const fs = require("node:fs"); if (fs.readdirSync("{{scratch}}").length !== ${name}) process.exit(1); fs.writeFileSync("{{scratch}}/${name}", "")`];
    await boot({ a: node({ before: [{ command: write("0") }, { command: write("1") }] }) });
    expect(readdirSync(supervisor.scratchFolder)).toEqual(["0", "1"]);
  });

  test("a node waits for what it needs; ready can be a line of its output", async () => {
    const stack = await boot({ a: node({ needs: ["b"], env: { PORT: "{{port}}" } }), b: node({ ready: { by: "log", line: "^listening$" } }) });
    const [a, b] = await Promise.all(["a", "b"].map((child) => supervisor.processes(child)));
    expect(a?.[0]?.startTicks).toBeGreaterThanOrEqual(b?.[0]?.startTicks ?? Number.POSITIVE_INFINITY);
    expect(stack.bootMs).toBeGreaterThan(0);
  });

  test("PostgreSQL and Redis are asked in their own language, directly", async () => {
    const stack = await boot(
      { postgres: { kind: "postgres", settings: { max_connections: "33" } }, redis: { kind: "redis", settings: { maxmemory: "32mb", requirepass: "sesame" } } },
      { reset: [{ via: "sql", node: "postgres", statement: "truncate t" }, { via: "redis", node: "redis", command: ["FLUSHALL"] }] },
    );
    const sql = (statement: string): Promise<string[][]> => runQuery({ via: "sql", node: "postgres", statement }, stack.addresses, { timeoutMs: hangsAfterMs });
    const redis = (command: string[], field?: string): Promise<string[][]> => runQuery({ via: "redis", node: "redis", command, ...(field === undefined ? {} : { field }) }, stack.addresses, { timeoutMs: hangsAfterMs });
    await sql("create table t (id bigint, at timestamptz)");
    await sql("insert into t values (9007199254740993, '2026-01-02 03:04:05+00'), (null, null)");
    expect(await sql("select * from t order by 1")).toEqual([["9007199254740993", "2026-01-02 03:04:05+00"], ["", ""]]);
    expect(await sql("show max_connections")).toEqual([["33"]]);
    expect(await sql("select rolsuper from pg_roles where rolname = current_user")).toEqual([["f"]]);
    await redis(["RPUSH", "list", '{"id":"a"}', '{"id":"b"}']);
    expect(await redis(["LLEN", "list"])).toEqual([["2"]]);
    expect(await redis(["LRANGE", "list", "0", "-1"], "id")).toEqual([["a"], ["b"]]);
    expect(await redis(["GET", "nothing"])).toEqual([]);
    expect(await redis(["CONFIG", "GET", "maxmemory"])).toEqual([["maxmemory"], ["33554432"]]);
    await expect(redis(["NOSUCHCOMMAND"])).rejects.toThrow(/unknown command/);
    await stack.reset();
    expect([await sql("select * from t"), await redis(["LLEN", "list"])]).toEqual([[], [["0"]]]);
    expect(stack.versions).toEqual([expect.stringMatching(/^PostgreSQL 15\.\d+$/), expect.stringMatching(/^(Redis|Valkey) \d/), `Node ${process.versions.node}`]);
  });
});

describe("a stack that does not boot says why, and leaves nothing running", () => {
  afterEach(async () => {
    for (const child of ["a", "b", "postgres", "redis", "proxy"]) await expect(supervisor.processes(child)).rejects.toMatchObject({ code: "not-found" });
  });

  test("a node that needs itself", async () => {
    await expect(boot({ a: node({ needs: ["b"] }), b: node({ needs: ["a"] }) })).rejects.toMatchObject({ code: "target-invalid", message: "nodes wait for one another: a → b → a" });
  });

  test("a place that nothing fills", async () => {
    await expect(boot({ a: node({ env: { X: "{{link:nowhere}}" } }) })).rejects.toMatchObject({ code: "target-invalid", message: "nothing is known to fill {{link:nowhere}}" });
  });

  test("a node that is never ready", async () => {
    const deaf = ["node", "-e", 'console.log("about to do nothing"); setInterval(() => {}, 1000)'];
    const told: unknown[] = [];
    const onNotReady = (nodes: BootedNodes): unknown => told.push(nodes);
    await expect(boot({ a: node({ command: deaf, needs: ["b"], ready: { by: "http", path: "/", within: "4s" } }), b: node(), c: node({ needs: ["a"] }) }, { onNotReady })).rejects.toMatchObject({ code: "target-not-ready", message: expect.stringContaining("about to do nothing") });
    expect(told).toEqual([{ ready: ["b"], notReady: ["a"] }]);
  });

  test("a node that ends at once", async () => {
    const broken = ["node", "-e", 'console.error("no licence"); process.exit(7)'];
    await expect(boot({ a: node({ command: broken }) })).rejects.toMatchObject({ code: "target-not-ready", message: expect.stringMatching(/a ended with 7[^]*no licence/) });
  });

  test("a port that is taken", async () => {
    const stranger = createServer().listen(0, "127.0.0.1");
    await once(stranger, "listening");
    const address = stranger.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    await expect(boot({ a: node({ env: { PORT: port } }) })).rejects.toMatchObject({ code: "port-taken", where: "a" });
    stranger.close();
  });

  test("a migration that fails", async () => {
    const before = [{ command: ["node", "-e", 'console.error("no such table"); process.exit(1)'] }];
    await expect(boot({ a: node({ before }) })).rejects.toMatchObject({ code: "target-not-ready", message: expect.stringContaining("no such table") });
  });

  test("a program that is not there", async () => {
    await expect(boot({ a: node({ command: ["./no-such-service"] }) })).rejects.toMatchObject({ code: "tool-missing" });
  });

  test("a PostgreSQL that does not start", async () => {
    const postgres = { kind: "postgres", settings: { shared_buffers: "nonsense" } } as const;
    await expect(boot({ postgres, a: node({ needs: ["postgres"] }) })).rejects.toMatchObject({ code: "stack-unavailable", message: expect.stringContaining('invalid value for parameter "shared_buffers"') });
  });

  test("a Redis that does not start", async () => {
    await expect(boot({ redis: { kind: "redis", settings: { "no-such-setting": "1" } } })).rejects.toMatchObject({ code: "stack-unavailable", message: expect.stringContaining("Bad directive") });
  });

  test("no Redis to be had", async () => {
    const cache = mkdtempSync(join(tmpdir(), "roadworthy-cache-"));
    const { PATH } = process.env;
    process.env["ROADWORTHY_CACHE"] = cache;
    process.env["PATH"] = dirname(process.execPath);
    try {
      await expect(boot({ redis: { kind: "redis" } })).rejects.toMatchObject({ code: "tool-missing", hint: expect.stringContaining("apt install redis-server") });
      await supervisor.close();
      // Not even the half of a download is left.
      expect(readdirSync(cache)).toEqual([]);
      supervisor = await startSupervisor({ run: `${run}-after`, stateFolder });
    } finally {
      process.env["PATH"] = PATH;
      delete process.env["ROADWORTHY_CACHE"];
      rmSync(cache, { recursive: true, force: true });
    }
  });

  test("no Toxiproxy to be had", async () => {
    const cache = mkdtempSync(join(tmpdir(), "roadworthy-cache-"));
    const { PATH, ROADWORTHY_TOXIPROXY } = process.env;
    process.env["ROADWORTHY_CACHE"] = cache;
    process.env["PATH"] = dirname(process.execPath);
    delete process.env["ROADWORTHY_TOXIPROXY"];
    try {
      await expect(boot({ a: node() }, { proxyKind: "toxiproxy" })).rejects.toMatchObject({ code: "proxy-unavailable", hint: expect.stringContaining("doctor --install") });
      process.env["ROADWORTHY_TOXIPROXY"] = join(cache, "nowhere");
      await expect(boot({ a: node() }, { proxyKind: "toxiproxy" })).rejects.toMatchObject({ code: "proxy-unavailable", message: expect.stringContaining("nowhere, which cannot be run") });
    } finally {
      process.env["PATH"] = PATH;
      delete process.env["ROADWORTHY_CACHE"];
      if (ROADWORTHY_TOXIPROXY === undefined) delete process.env["ROADWORTHY_TOXIPROXY"];
      else process.env["ROADWORTHY_TOXIPROXY"] = ROADWORTHY_TOXIPROXY;
      rmSync(cache, { recursive: true, force: true });
    }
  });

  test("an interrupt while it boots", async () => {
    const interrupt = new AbortController();
    const booting = boot({ a: node({ command: ["node", "-e", "setInterval(() => {}, 1000)"], ready: { by: "tcp", within: "60s" } }) }, { signal: interrupt.signal });
    using _listening = supervisor.onNotice((notice) => {
      if (notice.notice === "started" && notice.child === "a") interrupt.abort(new Error("interrupted"));
    });
    await expect(booting).rejects.toThrow("interrupted");
  });
});

test("the scratch folder is gone with the run", async () => {
  await boot({ redis: { kind: "redis" } });
  await supervisor.close();
  expect(existsSync(supervisor.scratchFolder)).toBe(false);
});
