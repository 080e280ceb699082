/** The proxy as a process of its own. */

import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { z } from "zod";
import { entryPath } from "../../base/entry.ts";
import { connectProxy } from "./client.ts";
import { dial, echo, fateOf, receive, startUpstream } from "./proxy-under-test.ts";

type Child = ChildProcessByStdio<Writable, Readable, null>;

function start(...options: string[]): Child {
  return spawn(process.execPath, [entryPath("harness/drive/proxy/main"), "--port", "0", ...options], { stdio: ["pipe", "pipe", "inherit"] });
}

async function firstLine(child: Child): Promise<unknown> {
  let text = "";
  while (!text.includes("\n")) {
    const [chunk]: unknown[] = await once(child.stdout, "data");
    text += String(chunk);
  }
  return JSON.parse(text);
}

test.each([
  ["SIGTERM", [], (child: Child): boolean => child.kill("SIGTERM")],
  ["the end of standard input", ["--with-parent"], (child: Child): unknown => child.stdin.end()],
] as const)("prints its port, serves, and on %s cuts its connections and ends with 0", async (_title, options, stop) => {
  await using upstream = await startUpstream(echo);
  const child = start(...options);
  const exit = once(child, "exit");
  const { ready, port } = z.object({ ready: z.boolean(), port: z.int() }).parse(await firstLine(child));
  expect(ready).toBe(true);
  const link = await connectProxy(`127.0.0.1:${port}`).createLink({ name: "a", upstream: `127.0.0.1:${upstream.port}`, enabled: true });
  const socket = await dial(link);
  socket.write("hi");
  expect(await receive(socket, 2)).toBe("hi");
  const fate = fateOf(socket);
  stop(child);
  expect(await exit).toEqual([0, null]);
  expect(await fate).toMatch(/closed|ECONNRESET/);
});

test.each([
  ["a port that is taken", (port: number) => ["--port", String(port)], "port-taken", 69],
  ["an address that is not of this machine", () => ["--listen", "192.0.2.1"], "proxy-unavailable", 69],
] as const)("%s is said in one line", async (_title, options, code, exitCode) => {
  await using upstream = await startUpstream(echo);
  const child = start(...options(upstream.port));
  const exit = once(child, "exit");
  expect(await firstLine(child)).toMatchObject({ ready: false, code });
  expect(await exit).toEqual([exitCode, null]);
});

test("R33: elsewhere than on loopback it prints a token, and answers nobody without it", async () => {
  const child = start("--listen", "0.0.0.0");
  const exit = once(child, "exit");
  try {
    const { port, token } = z.object({ port: z.int(), token: z.string().min(16) }).parse(await firstLine(child));
    const statusWith = async (headers: Record<string, string>): Promise<number> => (await fetch(`http://127.0.0.1:${port}/version`, { headers })).status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ authorization: `Bearer ${token}` })).toBe(200);
  } finally {
    child.kill("SIGTERM");
    await exit;
  }
});

test("R33: a token of the environment is not printed", async () => {
  const child = spawn(process.execPath, [entryPath("harness/drive/proxy/main"), "--port", "0", "--listen", "0.0.0.0"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ROADWORTHY_TOKEN: "a-token-of-the-environment" },
  });
  const exit = once(child, "exit");
  try {
    const line = await firstLine(child);
    expect(JSON.stringify(line)).not.toContain("token");
    const { port } = z.object({ port: z.int() }).parse(line);
    expect((await fetch(`http://127.0.0.1:${port}/version`, { headers: { authorization: "Bearer a-token-of-the-environment" } })).status).toBe(200);
  } finally {
    child.kill("SIGTERM");
    await exit;
  }
});

test("R29: makes a link beyond loopback only to what it was told to allow", async () => {
  const child = start("--allow", "203.0.113.7:9");
  const exit = once(child, "exit");
  try {
    const { port } = z.object({ port: z.int() }).parse(await firstLine(child));
    const statusOf = async (upstream: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}/proxies`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: `to-${upstream.replaceAll(/\W/g, "-")}`, upstream }) })).status;
    // Nobody connects to the link, so that nothing is sent.
    expect(await statusOf("203.0.113.7:9")).toBe(201);
    for (const upstream of ["203.0.113.7:10", "203.0.113.8:9", "169.254.169.254:80"]) expect(await statusOf(upstream), upstream).toBe(403);
  } finally {
    child.kill("SIGTERM");
    await exit;
  }
});
