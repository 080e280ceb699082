/**
 * How long a breach of a stop condition takes to end all faults (R11: one second at most). By the clock, so it needs a machine that nothing else uses;
 * that the breach ends them, and nothing else does, is a test. Exits 1 on a miss.
 *
 *   npm run proof:stop -- [--rounds 5]
 */

import { parseArgs } from "node:util";
import { usToMs } from "../base/duration.ts";
import { breachUs, healingOf, runStopped, stopCases } from "./stop/stopped-run.ts";

const limitMs = 1000;

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });

let missed = false;
for (const one of stopCases) {
  const tookMs: number[] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const stopped = await runStopped(one);
    const breachedUs = breachUs(stopped);
    tookMs.push(Math.max(...one.begun.map((id) => usToMs(healingOf(stopped, id).endedUs - breachedUs))));
  }
  const most = Math.max(...tookMs);
  missed ||= most > limitMs;
  console.log(`${one.what}: all faults healed after ${tookMs.map((ms) => Math.round(ms)).join(", ")} ms; ${limitMs} ms are allowed: ${most > limitMs ? "MISSED" : "held"}`);
}
process.exitCode = missed ? 1 : 0;
