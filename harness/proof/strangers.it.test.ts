/** Runs, and their clean-up, beside servers that are not theirs: another run's PostgreSQL and Redis, and a Redis that somebody else started (R10). */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unprivilegedUser } from "../drive/stack/tools/run-as.ts";
import { identityOf, isAlive } from "../drive/supervisor/system/processes.ts";
import { carryOutKill, startRun } from "./crash/kill.ts";
import { pidsOf, readTrace } from "./crash/trace.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stranger-"));
  chmodSync(folder, 0o777);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("R10: a run is killed and cleaned up beside another run and a stranger's Redis: neither is touched", { timeout: 120_000 }, async () => {
  const port = await freePort();
  const stranger = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder], { ...unprivilegedUser(), cwd: folder, stdio: "ignore" });
  const identity = identityOf(stranger.pid ?? 0);
  using other = startRun("servers", null);
  await other.passed({ who: "supervisor", point: "started:written", nth: 5 });
  for (const victim of ["harness", "all"] as const) {
    const { leaked, inside } = await carryOutKill({ victim, system: "servers", aim: { at: "point", who: "supervisor", point: "started:written", nth: 5 } });
    expect([leaked, inside === null]).toEqual(["", false]);
  }
  await other.ended(60_000);
  expect(other.child.exitCode).toBe(2);
  expect(pidsOf(readTrace(other.trace)).length).toBeGreaterThan(5);
  expect(identity !== null && isAlive(identity)).toBe(true);
  expect(await ping(port)).toBe("+PONG\r\n");
  stranger.kill("SIGKILL");
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function ping(port: number): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write("PING\r\n");
  const [answer] = await once(socket.setEncoding("utf8"), "data");
  socket.destroy();
  return String(answer);
}
