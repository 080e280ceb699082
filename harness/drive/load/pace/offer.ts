/** What a workload will ask of the target, told before the run. Pure: the same seed gives what the run will do. */

import { dice } from "../../../base/random.ts";
import { loadText, profileText } from "../../../scenario/workload/profile-text.ts";
import { isOwn, type OwnWorkload, type Workload } from "../../../scenario/workload/workload.ts";
import { offeredBy } from "../pace.ts";
import type { ArrivalTable } from "./arrival-file.ts";
import { replayEndMs } from "./replay.ts";

/** Beyond it, random arrivals are not counted one by one. */
const mostCounted = 20_000_000;

export interface Offer {
  workload: string;
  shape: string;
  /** Arrivals, so the least number of requests; null when it hangs on the answers. */
  requests: number | null;
  /** One line in plain words. */
  text: string;
}

/** `arrivals`: what the file of a replay holds. */
export function offerOf(workload: Workload, how: { totalMs: number; seed: number; arrivals?: ArrivalTable | undefined }): Offer {
  const { name } = workload;
  if (!isOwn(workload)) return { workload: name, shape: workload.engine, requests: null, text: `${loadText(workload)}; how many requests that makes is known afterwards only` };
  const { profile } = workload;
  const base = { workload: name, shape: profile.shape };
  const text = profileText(profile);
  if (profile.shape === "closed" || profile.shape === "search") return { ...base, requests: null, text: `${text}; how many requests that makes is known afterwards only` };
  if (profile.shape === "poisson") {
    const expected = Math.round((profile.rate * how.totalMs) / 1000);
    if (expected > mostCounted) return { ...base, requests: expected, text: `${text}; about ${expected} requests` };
    const requests = offeredBy(profile, how.totalMs, { roll: dice(how.seed, `load/${name}/arrivals`) });
    return { ...base, requests, text: `${text}; at least ${requests} requests with this seed` };
  }
  if (profile.shape === "replay") return { ...base, ...replayOffer(how, { profile, text }) };
  const requests = offeredBy(profile, how.totalMs);
  return { ...base, requests, text: `${text}; at least ${requests} requests` };
}

function replayOffer(how: { totalMs: number; arrivals?: ArrivalTable | undefined }, { profile, text }: { profile: Extract<OwnWorkload["profile"], { shape: "replay" }>; text: string }): Pick<Offer, "requests" | "text"> {
  const { totalMs, arrivals } = how;
  if (arrivals === undefined) return { requests: null, text };
  const requests = offeredBy(profile, totalMs, { arrivals });
  const endMs = replayEndMs(arrivals, profile);
  return {
    requests,
    text: [
      text,
      `${requests} requests`,
      ...(arrivals.skipped === 0 ? [] : [`${arrivals.skipped} lines are of no route and left out`]),
      ...(arrivals.isSpread ? ["times are whole seconds: arrivals are spread evenly over each"] : []),
      ...(endMs < totalMs ? [`the last is due at ${seconds(endMs)}, ${seconds(totalMs - endMs)} before the scenario ends`] : []),
    ].join("; "),
  };
}

function seconds(ms: number): string {
  return `${Math.round(ms) / 1000} s`;
}
