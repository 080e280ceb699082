/** Runs, and their clean-up, beside servers that are not theirs: another run's PostgreSQL and Redis, and a Redis that somebody else started (R10). */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
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
  // It listens on no port, which somebody else might take first.
  const socket = join(folder, "redis.sock");
  const stranger = spawn("redis-server", ["--port", "0", "--unixsocket", socket, "--unixsocketperm", "777", "--save", "", "--dir", folder], { ...unprivilegedUser(), cwd: folder, stdio: "ignore" });
  const identity = identityOf(stranger.pid ?? 0);
  using other = startRun("servers", null);
  await other.passed({ who: "supervisor", point: "started:written", nth: 5 });
  for (const victim of ["harness", "all"] as const) {
    const { left, inside } = await carryOutKill({ victim, system: "servers", aim: { at: "point", who: "supervisor", point: "started:written", nth: 5 } });
    expect([left, inside === null]).toEqual(["", false]);
  }
  await other.ended(60_000);
  expect(other.child.exitCode).toBe(2);
  expect(pidsOf(readTrace(other.trace)).length).toBeGreaterThan(5);
  expect(identity !== null && isAlive(identity)).toBe(true);
  expect(await ping(socket)).toBe("+PONG\r\n");
  stranger.kill("SIGKILL");
});

async function ping(path: string): Promise<string> {
  const socket = connect(path);
  socket.write("PING\r\n");
  const [answer] = await once(socket.setEncoding("utf8"), "data");
  socket.destroy();
  return String(answer);
}
