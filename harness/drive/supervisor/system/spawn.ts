/**
 * Starts a child in a session of its own that dies with the supervisor: `setpriv --pdeathsig KILL` has the kernel kill it when its
 * parent thread ends, whatever ended it (R2). Only the supervisor's main thread may call this.
 */

import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { RoadworthyError } from "../../../base/error.ts";
import type { ChildSpec } from "../protocol.ts";
import { childVariable, runVariable } from "./processes.ts";

const probeLimitMs = 5_000;

export interface Spawner {
  /** Throws `tool-missing` when there is no such program, `stack-unavailable` when the system refuses. */
  spawn(spec: ChildSpec): ChildProcess & { pid: number };
}

export function createSpawner(run: string): Spawner {
  const guard = parentDeathGuard();
  return {
    spawn: (spec) => {
      const [program = "", ...rest] = spec.command;
      const command = [findProgram(program, spec), ...rest];
      const [file = "", ...args] = guard === null ? command : [guard, ...guardArguments(spec), "--", ...command];
      const child = spawn(file, args, {
        cwd: spec.workingFolder,
        env: { ...spec.env, [runVariable]: run, [childVariable]: spec.id },
        detached: true,
        stdio: [spec.input ? "pipe" : "ignore", "pipe", "pipe"],
        ...(guard === null && spec.runAs !== null ? spec.runAs : {}),
      });
      // The reason of a failed start comes as an event, too late for who asked; that there is no pid is known at once.
      child.on("error", () => {});
      if (!hasPid(child)) throw new RoadworthyError("stack-unavailable", `cannot start ${command.join(" ")}`, { where: spec.workingFolder, hint: "see whether the working folder exists, and the limits on processes and open files" });
      return child;
    },
  };
}

function hasPid(child: ChildProcess): child is ChildProcess & { pid: number } {
  return child.pid !== undefined;
}

/** What to put before a command so that it dies with whom started it; empty where there is no such thing. */
export function diesWithParent(): string[] {
  const guard = parentDeathGuard();
  return guard === null ? [] : [guard, "--pdeathsig", "KILL", "--"];
}

/** The path of a `setpriv` that can do it; null elsewhere than on Linux. */
function parentDeathGuard(): string | null {
  if (process.platform !== "linux") return null;
  for (const path of ["/usr/bin/setpriv", "/bin/setpriv"]) {
    try {
      execFileSync(path, ["--pdeathsig", "KILL", "--", "true"], { timeout: probeLimitMs, stdio: "ignore" });
      return path;
    } catch {
      // Not there, or one that does not know the option.
    }
  }
  return null;
}

function guardArguments({ runAs }: ChildSpec): string[] {
  const identity = runAs === null ? [] : [`--reuid=${runAs.uid}`, `--regid=${runAs.gid}`, "--clear-groups"];
  return ["--pdeathsig", "KILL", ...identity];
}

/** The same look-up as the system's, done here because a guard in front of the program would hide that it is missing. */
function findProgram(program: string, { workingFolder, env }: ChildSpec): string {
  const candidates = program.includes("/")
    ? [resolve(workingFolder, program)]
    : (env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, program));
  const found = candidates.find(isExecutable);
  if (found === undefined) {
    throw new RoadworthyError("tool-missing", `there is no program "${program}"`, { where: candidates.join(", "), hint: "install it, or write the path of the program into the target's command" });
  }
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
