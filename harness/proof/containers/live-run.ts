/** A run of the short scenario on containers, as a user gives it, in a world of its own; and what is left of it. */

import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { entryPath, packageRoot } from "../../base/entry.ts";
import { after, nowUs, type InstantUs } from "../../base/time.ts";
import { countOf, describeLeaks, leaksOf, sharedMemoryNames, suspectIn } from "../crash/leaks.ts";
import { pidsOf, readTrace, runOf, type TracePoint } from "../crash/trace.ts";
import { command, newWorld, readJson, type Ended, type World } from "../end-to-end/command.fixture.ts";
import { describeThings, everythingOf, thingsOf } from "./engine-list.ts";
import type { Ground } from "./ground.ts";

const runWithinMs = 180_000;

export interface LiveRun extends Disposable {
  readonly world: World;
  readonly child: ChildProcess;
  readonly startedUs: InstantUs;
  /** What it has written so far, errors and progress included. */
  said(): string;
  trace(): TracePoint[];
  /** Resolves once it says so; rejects when it ends before. */
  untilSaid(text: string): Promise<void>;
  ended: Promise<Ended>;
  /** Whatever is there of it, in words: on the engine, and on the machine once it was killed or has ended. Empty when nothing is. */
  left(sinceUs: InstantUs): Promise<string>;
  heal(): Promise<Ended>;
  /** The folder of its log and reports. */
  folder(): string;
  /** Of its verdict, parsed; `name` is "suite.json" or the like. */
  report(name: string): Record<string, unknown>;
}

/** `endpoint`: where it is told that the engine is. */
export function startLiveRun(ground: Ground, endpoint: string = ground.endpoint, world: World = newWorld()): LiveRun {
  const scenario = join(world.folder, "short-outages.yaml");
  cpSync(join(packageRoot, "harness/proof/containers/short-outages.yaml"), scenario);
  const trace = join(world.folder, "trace");
  Object.assign(world.environment, ground.images, { DOCKER_HOST: endpoint });
  const env = { ...world.environment, NODE_OPTIONS: `--import=${entryPath("harness/proof/crash/trace-points")}`, ROADWORTHY_TRACE: trace };
  const args = ["run", scenario, "--target", "continuum-report", "--stack", "docker", "--out", world.runs];
  const sharedMemoryBefore = new Set(sharedMemoryNames());
  const startedUs = nowUs();
  const child = spawn(process.execPath, [entryPath("harness/cli/main"), ...args], { cwd: world.folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const output = listenTo(child);
  const folder = (): string => join(world.runs, readdirSync(world.runs)[0] ?? "none");
  return {
    world,
    child,
    startedUs,
    ...output,
    trace: () => readTrace(trace),
    left: async (sinceUs) => {
      const points = readTrace(trace);
      const run = runOf(points);
      const things = thingsOf(run, await everythingOf(ground.endpoint));
      const leaks = leaksOf({ ...suspectIn(world.folder), run, pids: pidsOf(points), ports: [], killedUs: sinceUs, sharedMemoryBefore });
      return [describeThings(things), countOf(leaks) === 0 ? "" : describeLeaks(leaks)].filter((text) => text !== "").join("; ");
    },
    heal: () => command(world, "heal"),
    folder,
    report: (name) => (existsSync(join(folder(), name)) ? readJson(join(folder(), name)) : {}),
    [Symbol.dispose]: () => {
      child.kill("SIGKILL");
      world[Symbol.dispose]();
    },
  };
}

function listenTo(child: ChildProcess): Pick<LiveRun, "said" | "untilSaid" | "ended"> {
  const output = { stdout: "", stderr: "" };
  const end = Promise.withResolvers<Ended>();
  let heard = Promise.withResolvers<void>();
  const hear = (): void => {
    const { resolve } = heard;
    heard = Promise.withResolvers();
    resolve();
  };
  child.stdout?.on("data", (chunk: Buffer) => (output.stdout += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => {
    output.stderr += chunk.toString("utf8");
    hear();
  });
  const timer = after(runWithinMs, () => void child.kill("SIGKILL"));
  let isOver = false;
  child.once("close", (code) => {
    timer[Symbol.dispose]();
    isOver = true;
    end.resolve({ code, ...output });
    hear();
  });
  return {
    said: () => `${output.stderr}${output.stdout}`,
    ended: end.promise,
    untilSaid: async (text) => {
      while (!output.stderr.includes(text)) {
        if (isOver) throw new Error(`it ended before it said "${text}":\n${output.stderr}`);
        await heard.promise;
      }
    },
  };
}
