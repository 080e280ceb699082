/**
 * What the system shows under load before the first fault, and whether it is the steady state that the scenario asks for. It decides whether a fault
 * is injected, never a ruling.
 *
 *   warm-up │ baseline ········[ window, `over` long ]·│settle│·look│ first fault
 *
 * Asked of the requests that were due in the window: enough good ones, and response times within the limit, those that are due and not answered among
 * them; of all of the baseline: enough good ones, and half of the answers in the window no slower than what was slow before it; of probes and gauges: good, and not above.
 */

import { msToUs, parseDurationMs, usToMs } from "../../../base/duration.ts";
import type { InstantUs } from "../../../base/time.ts";
import type { LogEvent, SteadyReading } from "../../../log/event.ts";
import type { SteadyState as SteadyStateSpec } from "../../../scenario/scenario.ts";
import { DurationHistogram } from "../../../sli/concepts/percentile.ts";
import { degradedLimitOf } from "../../../sli/concepts/recovery.ts";
import type { DueRequests } from "./due-requests.ts";

/** Fewer show no state at all. */
const leastRequests = 10;
/** So many before the window give a level to compare with. */
const leastBefore = 50;
const p95 = 0.95;
/** A look may be lost on a machine that does other things as well; two in a window are a state. */
const lostLooks = 1;
/** Until what was seen by a process is read here. */
const readWithinMs = 200;

export interface SteadyPlace {
  /** Instants of the run: the baseline and the window in it. */
  baselineUs: InstantUs;
  window: { fromUs: InstantUs; toUs: InstantUs };
  /** Start of the scenario, from which `due` counts. */
  startUs: InstantUs;
  due: DueRequests;
  /** Probes of the target. */
  probes: readonly string[];
  /** The scenario's own, if it has one. */
  degradedLimitMs: number | null;
}

interface Looks {
  inWindow: number;
  badInWindow: number;
  newestUs: InstantUs;
  /** The newest one. */
  isBad: boolean;
  /** What the last bad one said. */
  said: string;
}

export class SteadyState {
  readonly #spec: SteadyStateSpec;
  readonly #place: SteadyPlace;
  /** Good ones of all of the baseline, of its part before the window, and of the window. */
  readonly #baseline = new DurationHistogram();
  readonly #before = new DurationHistogram();
  readonly #window = new DurationHistogram();
  readonly #seen = { requests: 0, good: 0, inWindow: 0, goodInWindow: 0 };
  /** Intended starts in the window, of workloads whose requests are known in advance. */
  readonly #answeredUs: InstantUs[] = [];
  readonly #looks = new Map<string, Looks>();
  readonly #gauges = new Map<string, { newest: number; worstInWindow: number | null }>();

  constructor(spec: SteadyStateSpec, place: SteadyPlace) {
    this.#spec = spec;
    this.#place = place;
  }

  take(event: LogEvent): void {
    if (event.type === "request") this.#request(event);
    else if (event.type === "probe") this.#probe(event);
    else if (event.type === "gauge" && event.value !== null) this.#gauge(event.gauge, event.value, event.at);
  }

  /** At `nowUs`, which is after the window. */
  read(nowUs: InstantUs): SteadyReading {
    const limitMs = this.#limitMs();
    const unanswered = this.#unanswered(nowUs, limitMs);
    for (let n = 0; n < unanswered; n += 1) this.#window.recordEndless();
    const p95Us = this.#window.quantileUs(p95);
    const { requests, good, inWindow, goodInWindow } = this.#seen;
    const reading = {
      baseline: { requests, good },
      window: { ...this.#place.window, requests: inWindow, good: goodInWindow, unanswered },
      p95Ms: p95Us === null ? null : usToMs(p95Us),
      p95LimitMs: limitMs,
    };
    const why = this.#tooFew(reading) ?? this.#tooSlow(reading) ?? this.#slower() ?? this.#probeBad() ?? this.#gaugeAbove();
    return { steady: why === null, why, ...reading };
  }

  #inWindow(atUs: InstantUs): boolean {
    return atUs >= this.#place.window.fromUs && atUs < this.#place.window.toUs;
  }

  #request(event: LogEvent & { type: "request" }): void {
    const { intendedUs } = event;
    if (intendedUs < this.#place.baselineUs || intendedUs >= this.#place.window.toUs) return;
    const inWindow = this.#inWindow(intendedUs);
    const tookUs = event.endUs - intendedUs;
    const isGood = event.outcome === "ok";
    this.#seen.requests += 1;
    if (inWindow) this.#seen.inWindow += 1;
    if (inWindow && this.#place.due.workloads.has(event.workload)) this.#answeredUs.push(intendedUs);
    if (!isGood) return;
    this.#seen.good += 1;
    if (inWindow) this.#seen.goodInWindow += 1;
    this.#baseline.record(tookUs);
    (inWindow ? this.#window : this.#before).record(tookUs);
  }

  #probe({ probe, ok, why, intendedUs }: LogEvent & { type: "probe" }): void {
    if (intendedUs >= this.#place.window.toUs) return;
    const looks = this.#looks.get(probe) ?? { inWindow: 0, badInWindow: 0, newestUs: 0, isBad: false, said: "" };
    this.#looks.set(probe, looks);
    if (this.#inWindow(intendedUs)) {
      looks.inWindow += 1;
      if (!ok) looks.badInWindow += 1;
    }
    if (!ok) looks.said = why ?? "bad";
    // A look that hung is written after those that came after it.
    if (intendedUs >= looks.newestUs) looks.isBad = !ok;
    looks.newestUs = Math.max(looks.newestUs, intendedUs);
  }

  #gauge(gauge: string, newest: number, atUs: InstantUs): void {
    if (atUs >= this.#place.window.toUs) return;
    const worst = this.#gauges.get(gauge)?.worstInWindow ?? null;
    this.#gauges.set(gauge, { newest, worstInWindow: this.#inWindow(atUs) ? Math.max(newest, worst ?? newest) : worst });
  }

  #limitMs(): number | null {
    if (this.#spec.p95 !== undefined) return parseDurationMs(this.#spec.p95);
    return this.#place.degradedLimitMs ?? degradedLimitOf(this.#baseline);
  }

  /** Due for longer than the limit when the log was last heard of, and no answer: certainly slower. */
  #unanswered(nowUs: InstantUs, limitMs: number | null): number {
    const { due, startUs, window } = this.#place;
    const untilUs = Math.min(window.toUs, nowUs - msToUs((limitMs ?? 0) + readWithinMs));
    const dueBy = due.atMs.filter((atMs) => startUs + msToUs(atMs) < untilUs).length;
    return Math.max(0, dueBy - this.#answeredUs.filter((atUs) => atUs < untilUs).length);
  }

  #tooFew({ baseline, window }: Pick<SteadyReading, "baseline" | "window">): string | null {
    if (baseline.requests < leastRequests) return `only ${baseline.requests} requests of the baseline were answered; ${leastRequests} are needed to call it steady`;
    if (window.requests === 0) return `no request was answered in ${this.#windowText()}`;
    const { availability } = this.#spec;
    const asked = `${shareText(availability)} are asked for`;
    if (window.good < availability * window.requests) return `${window.good} of ${window.requests} requests were good in ${this.#windowText()}; ${asked}`;
    return baseline.good < availability * baseline.requests ? `${baseline.good} of ${baseline.requests} requests of the baseline were good; ${asked}` : null;
  }

  #tooSlow({ p95Ms, p95LimitMs, window }: Pick<SteadyReading, "p95Ms" | "p95LimitMs" | "window">): string | null {
    if (p95LimitMs === null || (p95Ms !== null && p95Ms <= p95LimitMs)) return null;
    const found = p95Ms === null ? `${window.unanswered} of ${window.requests + window.unanswered} requests had no answer yet` : `p95 was ${msText(p95Ms)}`;
    return `${found} in ${this.#windowText()}; ${msText(p95LimitMs)} is the limit`;
  }

  /** Relative to the run's own baseline: the level rose, not only its tail. */
  #slower(): string | null {
    const limitMs = degradedLimitOf(this.#before);
    const half = this.#window.quantileUs(0.5);
    if (limitMs === null || half === null || this.#before.count < leastBefore || usToMs(half) <= limitMs) return null;
    return `half of the answers took longer than ${msText(usToMs(half))} in ${this.#windowText()}; before it, 95 % took ${msText(usToMs(this.#before.quantileUs(p95) ?? 0))} at most`;
  }

  /** The newest look and sample count where their interval is longer than the window. */
  #probeBad(): string | null {
    for (const probe of this.#spec.probes ?? this.#place.probes) {
      const looks = this.#looks.get(probe);
      if (looks === undefined) return `probe ${probe} had not looked yet`;
      const { inWindow, badInWindow } = looks;
      if (badInWindow > lostLooks) return `probe ${probe} was bad in ${badInWindow} of ${inWindow} looks in ${this.#windowText()}: ${looks.said}`;
      if (looks.isBad && inWindow <= lostLooks) return `probe ${probe} was bad when it looked last: ${looks.said}`;
    }
    return null;
  }

  #gaugeAbove(): string | null {
    for (const { gauge, above } of this.#spec.gauges) {
      const samples = this.#gauges.get(gauge);
      if (samples === undefined) return `gauge ${gauge} had no sample yet`;
      const worst = samples.worstInWindow ?? samples.newest;
      if (worst > above) return `gauge ${gauge} was at ${worst} in ${this.#windowText()}, above ${above}`;
    }
    return null;
  }

  #windowText(): string {
    const { fromUs, toUs } = this.#place.window;
    return `the ${Math.round(usToMs(toUs - fromUs) / 100) / 10} s before the first fault`;
  }
}

function shareText(share: number): string {
  return `${Number((100 * share).toFixed(4))} %`;
}

function msText(ms: number): string {
  return `${Math.round(ms)} ms`;
}
