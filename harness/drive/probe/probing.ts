/**
 * One probe at its fixed rate. A look that hangs holds up none of the later ones: a system that stalls is seen to be bad at every
 * instant that was due. The time limit bounds how many are under way at once.
 */

import { parseDurationMs } from "../../base/duration.ts";
import { messageOf, RoadworthyError, systemErrorCode } from "../../base/error.ts";
import { after, nowUs, type InstantUs } from "../../base/time.ts";
import type { ProbeSpec } from "../../scenario/target/probe.ts";
import { look } from "./layers/index.ts";
import type { ProbePlace } from "./layers/check.ts";
import type { Source } from "./source.ts";
import { startSchedule } from "./schedule.ts";

export interface ProbingOptions extends Source {
  name: string;
  spec: ProbeSpec;
  place: ProbePlace;
}

/** Disposing it waits for the looks under way, each of them bounded by the probe's time limit. */
export function startProbing(options: ProbingOptions): AsyncDisposable {
  const timeoutMs = parseDurationMs(options.spec.timeout);
  const underWay = new Set<Promise<void>>();
  const schedule = startSchedule({
    startAtUs: options.startAtUs,
    intervalMs: parseDurationMs(options.spec.every),
    onDue: (dueUs) => {
      const looking = lookOnce(options, dueUs, timeoutMs).finally(() => underWay.delete(looking));
      underWay.add(looking);
    },
    onMissed: (missed) => options.complain(`probe ${options.name}`, `the probe process was late: ${missed} looks were left out`),
  });
  return {
    [Symbol.asyncDispose]: async () => {
      schedule[Symbol.dispose]();
      await Promise.all(underWay);
    },
  };
}

async function lookOnce(options: ProbingOptions, intendedUs: InstantUs, timeoutMs: number): Promise<void> {
  const limit = new AbortController();
  const startUs = nowUs();
  using _deadline = after(timeoutMs, () => limit.abort(new Error(`no answer within ${timeoutMs} ms`)));
  let why: string | null;
  try {
    why = await look(options.spec, options.place, limit.signal);
  } catch (error) {
    if (error instanceof RoadworthyError) throw error;
    why = limit.signal.aborted ? messageOf(limit.signal.reason) : (systemErrorCode(error) ?? messageOf(error));
  }
  const at = nowUs();
  options.write({ type: "probe", at, probe: options.name, intendedUs, tookMs: (at - startUs) / 1000, ok: why === null, why });
}
