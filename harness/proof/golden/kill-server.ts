/** Runs a known truth on a stack of its own, from boot to cleanup, and tells what each kill did. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshToken } from "../../base/random.ts";
import { runSuite } from "../../drive/run/suite.ts";
import { killOutcome, type KillOutcome } from "./kill-outcome.ts";
import type { KnownTruth } from "./known-truth.ts";
import { planOf, server } from "./plan.ts";

export interface KillOptions {
  readonly kills: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Rejects with what stopped the run early. */
export async function killServer(truth: KnownTruth, { kills, seed, signal }: KillOptions): Promise<KillOutcome[]> {
  const store = mkdtempSync(join(tmpdir(), "roadworthy-golden-"));
  try {
    const run = `golden-${truth.id.toLowerCase()}-${freshToken(6)}`;
    const folder = join(store, run);
    mkdirSync(folder);
    const plan = planOf(truth, { kills, seed });
    const repeat = `npm run test:golden -- --only ${truth.id} --seed ${seed}`;
    const { stopped } = await runSuite(plan, { run, folder, proxy: "embedded", allowed: [], secrets: [], repeat, roadworthyVersion: "0.0.0", previous: null, gatesSeenRed: [], control: null, signal, onProgress: () => {} });
    if (stopped !== null) throw stopped;
    return plan.scenarios.map(({ name }) => killOutcome(join(folder, name), server));
  } finally {
    rmSync(store, { recursive: true, force: true });
  }
}
