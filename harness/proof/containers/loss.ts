/** A run whose engine is lost while faults are under way: how it ends, what it says, and what `heal` does once the engine is back. */

import { z } from "zod";
import { nowUs, wait } from "../../base/time.ts";
import type { Ended } from "../end-to-end/command.fixture.ts";
import { everythingOf } from "./engine-list.ts";
import type { LiveRun } from "./live-run.ts";
import type { Outage } from "./outages.ts";

export interface Loss {
  readonly exitCode: number | null;
  readonly outcome: string;
  /** Why, in the run's own words. */
  readonly why: string;
  /** Rulings that fail the target. */
  readonly failed: readonly string[];
  readonly cleanedUp: boolean;
  /** From the loss to the end of the run. */
  readonly tookMs: number;
  /** Exit code of `heal` while the engine is away; null when it was back before. */
  readonly healedAway: number | null;
  /** Of `heal` with the engine back. */
  readonly healed: number | null;
  readonly healMs: number;
  /** Empty when nothing was. */
  readonly left: string;
}

const suiteSchema = z.object({
  outcome: z.string(),
  stopped: z.object({ code: z.string(), message: z.string() }).nullable(),
  cleanup: z.object({ complete: z.boolean().nullable() }),
});
/** There is none of a run that never got as far as its scenario. */
const verdictSchema = z.object({ rulings: z.array(z.object({ objective: z.string(), outcome: z.string().nullable() })).default([]) });

export async function lose(run: LiveRun, outage: Outage, endpoint: string): Promise<Loss> {
  await run.untilSaid(outage.at);
  const lostUs = nowUs();
  await outage.begin();
  const back = outage.lastsMs === null ? null : backAfter(outage, outage.lastsMs);
  const { code } = await run.ended;
  const tookMs = (nowUs() - lostUs) / 1000;
  await back;
  const away: Ended | null = back === null ? await run.heal() : null;
  if (back === null) await outage.end();
  await everythingOf(endpoint);
  const healUs = nowUs();
  const healed = await run.heal();
  return { ...said(run), exitCode: code, tookMs, healedAway: away?.code ?? null, healed: healed.code, healMs: (nowUs() - healUs) / 1000, left: await run.left(nowUs()) };
}

async function backAfter(outage: Outage, lastsMs: number): Promise<void> {
  await wait(lastsMs);
  await outage.end();
}

function said(run: LiveRun): Pick<Loss, "outcome" | "why" | "failed" | "cleanedUp"> {
  const suite = suiteSchema.parse(run.report("suite.json"));
  const { rulings } = verdictSchema.parse(run.report("short-outages/verdict.json"));
  return {
    outcome: suite.outcome,
    why: suite.stopped === null ? "" : `${suite.stopped.code}: ${suite.stopped.message}`,
    failed: rulings.filter(({ outcome }) => outcome === "fail").map(({ objective }) => objective),
    cleanedUp: suite.cleanup.complete === true,
  };
}
