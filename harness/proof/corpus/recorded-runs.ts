/** Records the real ones among the saved runs: the tiny system, booted, loaded and broken for a few seconds. */

import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { savedRunFolder, type RecordedRun } from "../../judge/corpus/saved-runs.fixture.ts";
import { ended, newWorld, onlyRun, start, untilSaid, type World } from "../end-to-end/command.fixture.ts";

interface Recording {
  /** YAML of the scenario, beside the files of the tiny system. */
  scenario: string;
  /** Ctrl-C when the progress has had a line with this text. */
  interruptAt?: string;
}

const scenario = (name: string, title: string, rest: string): string => `
name: ${name}
title: ${title}
target: tiny
workloads:
  - { name: visitors, profile: { shape: constant, rate: 30 }, journeys: [{ weight: 1, steps: [order] }, { weight: 2, steps: [list] }] }
quiesceWithin: 5s
${rest}
`;

/** Windows of recovery hold fifty requests: 1.7 s at this rate. */
const recordings: { readonly [Name in RecordedRun]: Recording } = {
  "recorded-calm": { scenario: scenario("calm", "No fault", "phases: { warmUp: 500ms, baseline: 3s }\nstop: none\nrules: [TINY-1, TINY-2]") },
  "recorded-cut": {
    scenario: scenario("cut", "The store cut off", "phases: { warmUp: 500ms, baseline: 3s, recovery: 3s, after: 500ms }\nsteps: [{ id: cut, hold: 1s, fault: { kind: link-down, links: [front-store] } }]\nstop: none\nrules: [TINY-1, TINY-2, TINY-3]"),
  },
  "recorded-kill": {
    scenario: scenario("kill", "The store killed with all that it holds", "phases: { warmUp: 500ms, baseline: 3s, recovery: 3s, after: 500ms }\nsteps: [{ id: kill, hold: 1s, fault: { kind: node-kill, node: store } }]\nstop: none\nrules: [TINY-1, TINY-2, TINY-3]"),
  },
  "recorded-interrupted": { scenario: scenario("interrupted", "Ended by Ctrl-C", "phases: { warmUp: 500ms, baseline: 20s }\nstop: none\nrules: [TINY-1, TINY-2]"), interruptAt: "baseline" },
};

/** Runs it and puts its logs into the corpus in place of those that are there. */
export async function record(name: RecordedRun): Promise<void> {
  using world = newWorld();
  const run = await recorded(world, recordings[name]);
  const folder = savedRunFolder(name);
  rmSync(folder, { recursive: true, force: true });
  for (const log of readdirSync(run, { recursive: true, encoding: "utf8" }).filter((path) => /(?:^|\/)log$/.test(path))) cpSync(join(run, log), join(folder, log), { recursive: true });
}

/** Names are given as a user in that folder would: no path of this machine gets into the log. */
async function recorded(world: World, { scenario: text, interruptAt }: Recording): Promise<string> {
  writeFileSync(join(world.folder, "tiny", "recorded.yaml"), text);
  const child = start(world, ["run", "./tiny/recorded.yaml", "--target", "./tiny", "--out", "runs", "--seed", "1"]);
  const end = ended(child);
  if (interruptAt !== undefined) {
    await untilSaid(child, interruptAt);
    child.kill("SIGINT");
  }
  const { code, stderr } = await end;
  console.log(`exit code ${code}${code === 0 || code === 1 || code === 130 ? "" : `\n${stderr}`}`);
  return onlyRun(world);
}
