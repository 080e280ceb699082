/** When faults are healed although the harness cannot, and what is said when something cannot be undone (R5, R6, R7). */

import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entryPath } from "../../base/entry.ts";
import { nowUs, poll, timeoutSignal } from "../../base/time.ts";
import { httpCall } from "../../drive/supervisor/system/http-call.ts";
import { openLog } from "../../log/reader.ts";
import { command, ended, newWorld, onlyRun, readJson, rulesOnLossOnly, start, untilSaid, type World } from "./command.fixture.ts";

/** A limit for what hangs; the fault itself would last five minutes. After how long a silence the link is healed is a test of the leases (R5). */
const healedWithinMs = 50_000;

/** A scenario like `cut`, whose fault lasts longer than any test waits. */
function longCut(world: World): string {
  const path = join(world.tiny, "long.yaml");
  writeFileSync(path, readFileSync(join(world.tiny, "cut.yaml"), "utf8").replace(/stop:\n.*\n/, "stop: none\n").replace("hold: 1500ms", "hold: 5min"));
  return path;
}

/** Pid and control port of the world's proxy, from its command line. */
function proxyOf(world: World): { pid: number; port: number } {
  const line = world.leftovers().find((text) => text.includes("/proxy/main"));
  const [, pid, port] = /process (\d+):.*--port (\d+)/.exec(line ?? "") ?? [];
  if (pid === undefined || port === undefined) throw new Error("there is no proxy");
  return { pid: Number(pid), port: Number(port) };
}

async function isEnabled(port: number): Promise<boolean> {
  const { text } = await httpCall({ method: "GET", url: `http://127.0.0.1:${port}/proxies/front-store`, signal: timeoutSignal(1_000) });
  return /"enabled":\s*true/.test(text);
}

test("R5: a harness that is stopped: the link is healed all the same, and the run can still be ended", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const child = start(world, ["run", longCut(world), "--target", world.tiny, "--out", world.runs]);
  const end = ended(child);
  await untilSaid(child, "fault cut injected");
  const { port } = proxyOf(world);
  expect(await isEnabled(port)).toBe(false);
  child.kill("SIGSTOP");
  // It stays stopped until the link is healed, so it is not the one that heals.
  const healed = await poll(async () => ((await isEnabled(port)) ? true : undefined), { intervalMs: 50, deadlineUs: nowUs() + healedWithinMs * 1000 });
  expect(healed).toBe(true);
  child.kill("SIGCONT");
  child.kill("SIGINT");
  expect((await end).code).toBe(130);
  expect(world.leftovers()).toEqual([]);
});

test("R7: a proxy that is gone is no cleanup failure", { timeout: 120_000 }, async () => {
  using world = newWorld();
  const child = start(world, ["run", longCut(world), "--target", world.tiny, "--out", world.runs]);
  const end = ended(child);
  await untilSaid(child, "fault cut injected");
  process.kill(proxyOf(world).pid, "SIGKILL");
  child.kill("SIGINT");
  expect((await end).code).toBe(130);
  expect(readJson(join(onlyRun(world), "suite.json"))["cleanup"]).toEqual({ complete: true, left: [] });
  expect(world.leftovers()).toEqual([]);
});

test("R6: a proxy that does not answer: the fault counts as not healed, and ends with the proxy", { timeout: 90_000 }, async () => {
  using world = newWorld();
  const child = start(world, ["run", longCut(world), "--target", world.tiny, "--out", world.runs]);
  const end = ended(child);
  await untilSaid(child, "fault cut injected");
  process.kill(proxyOf(world).pid, "SIGSTOP");
  child.kill("SIGINT");
  expect((await end).code).toBe(130);
  const faults = [...openLog(join(onlyRun(world), "cut", "log")).events()].filter((event) => event.type === "fault");
  expect(faults.map(({ stage }) => stage)).not.toContain("healed");
  expect(readJson(join(onlyRun(world), "suite.json"))["cleanup"]).toEqual({ complete: true, left: [] });
  expect(world.leftovers()).toEqual([]);
});

/** In a mount namespace of its own: runs the command, and mounts something into its scratch folder, which can then not be removed. */
const withMountInScratch = `
  const { execFileSync, spawn } = require("node:child_process");
  const { mkdirSync, readdirSync } = require("node:fs");
  const [, , temporary, ...command] = process.argv;
  const child = spawn(process.execPath, command, { stdio: ["ignore", "inherit", "pipe"] });
  child.stderr.on("data", (text) => {
    process.stderr.write(text);
    if (!String(text).includes("baseline")) return;
    const scratch = temporary + "/" + readdirSync(temporary).find((name) => name.startsWith("roadworthy-"));
    mkdirSync(scratch + "/pinned");
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", scratch + "/pinned"]);
  });
  child.once("close", (code) => process.exit(code));
`;

test("R6: what cannot be removed: exit 4, the command that does it by hand, and the next command tries again", { timeout: 90_000 }, async () => {
  using world = newWorld();
  const script = join(world.folder, "pin.cjs");
  writeFileSync(script, withMountInScratch);
  // A failure would come before what is left in the exit code.
  rulesOnLossOnly(world, "calm.yaml");
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const args = ["--mount", ...asRoot, process.execPath, script, world.environment["TMPDIR"] ?? ""];
  const run = [entryPath("harness/cli/main"), "run", join(world.tiny, "calm.yaml"), "--target", world.tiny, "--out", world.runs];
  const { code, stdout } = await ended(spawn("unshare", [...args, ...run], { cwd: world.folder, env: world.environment, stdio: ["ignore", "pipe", "pipe"] }));
  expect(code).toBe(4);
  expect(stdout).toMatch(/rm -rf -- '\S+roadworthy-\S+'/);
  expect(world.leftovers()).not.toEqual([]);
  // With the namespace, the mount is gone.
  expect((await command(world, "heal")).code).toBe(0);
  expect(world.leftovers()).toEqual([]);
});
