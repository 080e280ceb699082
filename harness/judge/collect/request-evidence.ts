/** Requests: points per second, summaries per route and phase, the slowest and the first failing ones. */

import { usToMs } from "../../base/duration.ts";
import type { LogEvent, RequestEvent } from "../../log/event.ts";
import { DurationHistogram } from "../../sli/concepts/percentile.ts";
import { PhaseWindows } from "../../sli/concepts/phase-window.ts";
import { SecondSeries } from "../../sli/concepts/series.ts";
import { TimeSlots } from "../../sli/concepts/slots.ts";
import type { RequestSample, RouteSummary, SeriesPoint } from "../evidence.ts";
import { roundMs, roundValue } from "../verdict/round.ts";

const shownSamples = 10;

interface RouteTally {
  route: string;
  phase: string;
  requests: number;
  failed: number;
  dropped: number;
  response: DurationHistogram;
  service: DurationHistogram;
  slots: TimeSlots;
}

export class RequestEvidence {
  readonly #phases = new PhaseWindows();
  readonly #tallies = new Map<string, RouteTally>();
  #series: SecondSeries | null = null;
  #seriesStartUs = 0;
  #slowest: { request: RequestEvent; phase: string }[] = [];
  #failing: { request: RequestEvent; phase: string }[] = [];

  step(event: LogEvent): void {
    this.#phases.step(event);
    if (event.type !== "request") return;
    // The load starts with the first phase: seconds count from there.
    this.#seriesStartUs = this.#phases.spans[0]?.beginUs ?? this.#seriesStartUs;
    this.#series ??= new SecondSeries(this.#seriesStartUs);
    this.#series.record(event);
    const phase = this.#phases.phaseAt(event.intendedUs) ?? "none";
    this.#count(event, phase);
    this.#keep(event, phase);
  }

  #count(event: RequestEvent, phase: string): void {
    const key = `${event.route} ${phase}`;
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { route: event.route, phase, requests: 0, failed: 0, dropped: 0, response: new DurationHistogram(), service: new DurationHistogram(), slots: new TimeSlots() };
      this.#tallies.set(key, tally);
    }
    const ok = event.outcome === "ok";
    tally.requests += 1;
    tally.slots.record(event.intendedUs, ok);
    if (event.outcome === "dropped") tally.dropped += 1;
    if (!ok) tally.failed += 1;
    if (!ok) return;
    tally.response.record(event.endUs - event.intendedUs);
    tally.service.record(event.endUs - event.startUs);
  }

  #keep(request: RequestEvent, phase: string): void {
    if (request.outcome !== "ok" && (this.#failing.length < shownSamples || request.intendedUs < (this.#failing.at(-1)?.request.intendedUs ?? 0))) {
      this.#failing = [...this.#failing, { request, phase }].toSorted((a, b) => a.request.intendedUs - b.request.intendedUs).slice(0, shownSamples);
    }
    const least = this.#slowest.at(-1);
    if (this.#slowest.length < shownSamples || tookUs(request) > (least === undefined ? 0 : tookUs(least.request))) {
      this.#slowest = [...this.#slowest, { request, phase }].toSorted((a, b) => tookUs(b.request) - tookUs(a.request)).slice(0, shownSamples);
    }
  }

  series(startUs: number): SeriesPoint[] {
    const shift = Math.round((this.#seriesStartUs - startUs) / 1_000_000);
    return (this.#series?.read() ?? []).map((point) => ({
      second: point.second + shift,
      p50Ms: msOf(point.p50Us),
      p95Ms: msOf(point.p95Us),
      p99Ms: msOf(point.p99Us),
      requestsPerSecond: point.requests,
      errorsPerSecond: point.errors,
    }));
  }

  routes(): RouteSummary[] {
    return [...this.#tallies.values()].map(summary);
  }

  slowest(startUs: number): RequestSample[] {
    return this.#slowest.map((entry) => sampleOf(entry, startUs));
  }

  firstFailing(startUs: number): RequestSample[] {
    return this.#failing.map((entry) => sampleOf(entry, startUs));
  }
}

function summary(tally: RouteTally): RouteSummary {
  const { route, phase, requests, failed, dropped, response, service, slots } = tally;
  const time = slots.read();
  return {
    route,
    phase,
    requests,
    failed,
    dropped,
    p50Ms: msOf(response.printableUs(0.5)),
    p95Ms: msOf(response.printableUs(0.95)),
    p99Ms: msOf(response.printableUs(0.99)),
    maxMs: msOf(response.maxUs),
    serviceP95Ms: msOf(service.printableUs(0.95)),
    availabilityPercent: percent(requests === 0 ? null : (requests - failed) / requests),
    slotAvailabilityPercent: percent(time.share),
    worstWindowPercent: percent(time.worstWindow),
  };
}

function percent(share: number | null): number | null {
  return share === null ? null : roundValue(100 * share);
}

function sampleOf({ request, phase }: { request: RequestEvent; phase: string }, startUs: number): RequestSample {
  return {
    route: request.route,
    atMs: roundMs(usToMs(request.intendedUs - startUs)),
    phase,
    responseMs: roundMs(usToMs(tookUs(request))),
    serviceMs: roundMs(usToMs(request.endUs - request.startUs)),
    status: request.status,
    outcome: request.outcome,
  };
}

function tookUs(request: RequestEvent): number {
  return request.endUs - request.intendedUs;
}

function msOf(valueUs: number | null): number | null {
  return valueUs === null ? null : roundMs(usToMs(valueUs));
}
