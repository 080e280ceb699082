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
  ["an address that is not loopback", () => ["--listen", "0.0.0.0"], "not-allowed", 64],
] as const)("%s is said in one line", async (_title, options, code, exitCode) => {
  await using upstream = await startUpstream(echo);
  const child = start(...options(upstream.port));
  const exit = once(child, "exit");
  expect(await firstLine(child)).toMatchObject({ ready: false, code });
  expect(await exit).toEqual([exitCode, null]);
});
