/**
 * An engine of its own for tests, where the machine has none that runs: dockerd as Debian and others package it, with its own data,
 * socket and networks. Its start and end are this module's; in between it is like any other engine.
 *
 *   start: nobody answers → dockerd (in a session of its own, so that it stays) → its socket answers
 *   stop:  SIGTERM to exactly that process → it ends its containers and itself
 */

import { spawn } from "node:child_process";
import { mkdirSync, openSync, closeSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { nowUs, poll } from "../../base/time.ts";
import type { ProcessIdentity } from "../../drive/supervisor/protocol.ts";
import { identityOf, isAlive, signalProcess } from "../../drive/supervisor/system/processes.ts";
import { onPath } from "../bench/on-path.ts";
import { versionAt } from "./answers.ts";
import type { EnginePlaces } from "./places.ts";

const readyWithinMs = 30_000;
/** It gives its containers 15 s to end. */
const stopWithinMs = 40_000;
const lookEveryMs = 50;
const shownLogLines = 12;
/** Packages put it where only the path of root leads. */
const systemFolders = ":/usr/local/sbin:/usr/sbin:/sbin";
/** Enough small networks for several stacks at once, apart from those that an engine of the machine takes by default. */
const addressPool = "base=10.213.0.0/16,size=24";
/** What `host-gateway` of compose files stands for: newer engines refuse it where no bridge says so. Of this machine, as soon as there is a network. */
const gateway = "10.213.0.1";

export interface PrivateEngine {
  /** What DOCKER_HOST has to say. */
  readonly host: string;
  readonly version: string;
  readonly wasRunning: boolean;
}

/** Errors: `tool-missing`, `not-allowed` when we are not root, `stack-unavailable` with its last lines when it does not come up. */
export async function startPrivateEngine(places: EnginePlaces): Promise<PrivateEngine> {
  const running = await privateEngine(places);
  if (running !== null) return running;
  // One that is there and does not answer yet has just been started by somebody else.
  const engine = knownProcess(places) === null ? launch(findEngine(), places) : null;
  const hasEnded = (): boolean => (engine === null ? knownProcess(places) === null : engine.ended());
  const outcome = await poll(async () => (await versionAt(places.socket)) ?? (hasEnded() ? null : undefined), { intervalMs: lookEveryMs, deadlineUs: nowUs() + readyWithinMs * 1000 });
  if (typeof outcome === "string") return { host: hostOf(places), version: outcome, wasRunning: engine === null };
  engine?.giveUp();
  throw new RoadworthyError("stack-unavailable", `the engine ${outcome === null ? "ended" : `does not answer within ${readyWithinMs / 1000} s`}\n${lastLines(places.log)}`, {
    where: places.log,
    hint: "it needs root, cgroups, iptables, and a file system that can hold layers of images",
  });
}

/** The one that runs there, or null. */
export async function privateEngine(places: EnginePlaces): Promise<PrivateEngine | null> {
  const version = knownProcess(places) === null ? null : await versionAt(places.socket);
  return version === null ? null : { host: hostOf(places), version, wasRunning: true };
}

/** Answers whether there was one to stop. Throws `cleanup-incomplete` when it does not end. */
export async function stopPrivateEngine(places: EnginePlaces): Promise<boolean> {
  const known = knownProcess(places);
  if (known === null || !signalProcess(known, "SIGTERM")) return false;
  const ended = await poll(() => Promise.resolve(isAlive(known) ? undefined : true), { intervalMs: lookEveryMs, deadlineUs: nowUs() + stopWithinMs * 1000 });
  if (ended === undefined) {
    throw new RoadworthyError("cleanup-incomplete", `the engine ${known.pid} does not end within ${stopWithinMs / 1000} s`, { where: places.log, hint: `look into its log, then: kill -KILL ${known.pid}` });
  }
  return true;
}

/** null when it does not run. */
export function privateEngineProcess(places: EnginePlaces): ProcessIdentity | null {
  return knownProcess(places);
}

function hostOf({ socket }: EnginePlaces): string {
  return `unix://${socket}`;
}

function findEngine(): string {
  const program = onPath("dockerd", `${process.env["PATH"] ?? ""}${systemFolders}`);
  if (program === null) {
    throw new RoadworthyError("tool-missing", "there is no dockerd on this machine", { where: "dockerd", hint: "apt-get install --no-install-recommends docker.io iptables; or name an engine that runs in DOCKER_HOST" });
  }
  if (process.getuid?.() !== 0) {
    throw new RoadworthyError("not-allowed", "only root can start an engine", { where: program, hint: "name an engine that runs, a rootless one for example, in DOCKER_HOST" });
  }
  return program;
}

interface Launched {
  ended(): boolean;
  giveUp(): void;
}

function launch(program: string, places: EnginePlaces): Launched {
  mkdirSync(places.folder, { recursive: true, mode: 0o700 });
  forgetTheDead(places);
  const { socket, data, running, pidFile, log } = places;
  const own = ["--host", `unix://${socket}`, "--data-root", data, "--exec-root", running, "--pidfile", pidFile];
  // No network that all containers share, and nothing in its log but trouble.
  const settings = ["--bridge", "none", "--default-address-pool", addressPool, "--host-gateway-ip", gateway, "--log-level", "warn"];
  const output = openSync(log, "w", 0o600);
  let failed = false;
  try {
    const engine = spawn(program, [...own, ...settings], { detached: true, stdio: ["ignore", output, output] });
    engine.once("error", () => (failed = true));
    engine.unref();
    return { ended: () => failed || engine.exitCode !== null || engine.signalCode !== null, giveUp: () => void engine.kill("SIGTERM") };
  } finally {
    closeSync(output);
  }
}

/** The engine that wrote the pid file: its command line names that file. A stranger that was given the pid since does not. */
function knownProcess({ pidFile }: EnginePlaces): ProcessIdentity | null {
  const pid = pidIn(pidFile, pidFile);
  return pid === null ? null : identityOf(pid);
}

/** After a reboot or a SIGKILL the files name pids that others may have by now; the engine would take those for itself. */
function forgetTheDead({ pidFile, running, socket }: EnginePlaces): void {
  const manager = join(running, "containerd", "containerd.pid");
  // It survives the engine, and is taken over with its containers by the next one.
  if (pidIn(manager, running) === null) rmSync(manager, { force: true });
  rmSync(pidFile, { force: true });
  rmSync(socket, { force: true });
}

/** null when the process is gone, or does not have `mark` in its command line. */
function pidIn(file: string, mark: string): number | null {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return Number.isInteger(pid) && pid > 1 && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(mark) ? pid : null;
  } catch {
    return null;
  }
}

function lastLines(log: string): string {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-shownLogLines).join("\n");
}
