/** Follows a scenario's log while it is written: shows progress, and aborts the scenario when a stop condition is breached. */

import { RoadworthyError } from "../../../base/error.ts";
import { every, nowUs, type InstantUs } from "../../../base/time.ts";
import type { LogEvent } from "../../../log/event.ts";
import { LogTail } from "../../../log/reader.ts";
import type { Scenario } from "../../../scenario/scenario.ts";
import type { Target } from "../../../scenario/target/target.ts";
import type { Timeline } from "../../../scenario/timeline.ts";
import type { RunOptions } from "../plan.ts";
import { Watch } from "./watch.ts";

/** A breach must end all faults within 1 s (R11); records reach the file within 50 ms. */
const lookIntervalMs = 100;
const looksPerProgress = 5;

export interface LogFollower {
  take(event: LogEvent): void;
}

export class Observer implements Disposable {
  readonly watch: Watch;
  readonly #scenario: Scenario;
  readonly #options: RunOptions;
  readonly #position: string;
  readonly #timeline: Timeline;
  readonly #tail: LogTail;
  readonly #stop = new AbortController();
  readonly #ticker: Disposable;
  /** Aborted by a breach, and by whatever aborts the run. */
  readonly signal: AbortSignal;
  #stage = "starting load";
  #startUs: InstantUs | null = null;
  #active: ReadonlySet<string> = new Set();
  #waitingFor: readonly string[] = [];
  #looks = 0;
  #followers: readonly LogFollower[] = [];

  constructor(scenario: Scenario, bench: { plan: { target: Target }; options: RunOptions; position: string }, log: { folder: string; timeline: Timeline }) {
    this.watch = new Watch(scenario, bench.plan.target);
    this.#scenario = scenario;
    this.#options = bench.options;
    this.#position = bench.position;
    this.#timeline = log.timeline;
    this.#tail = new LogTail(log.folder);
    this.signal = AbortSignal.any([this.#stop.signal, bench.options.signal]);
    this.#ticker = every(lookIntervalMs, () => this.#look());
  }

  /** `followers`: who else is told of every event, in the order in which the segments are read. */
  begin(startUs: InstantUs, followers: readonly LogFollower[] = []): void {
    this.#startUs = startUs;
    this.#followers = followers;
  }

  /** Reads what has been written so far. */
  read(): void {
    for (const event of this.#tail.read()) {
      this.watch.take(event);
      for (const follower of this.#followers) follower.take(event);
    }
  }

  say(stage: string): void {
    this.#stage = stage;
    this.#show(null);
  }

  faults(active: ReadonlySet<string>, note: string): void {
    this.#active = new Set(active);
    this.tell(note);
  }

  waiting(owners: readonly string[]): void {
    this.#waitingFor = owners;
    this.#show(null);
  }

  /** Something worth a line of its own. */
  tell(note: string): void {
    this.#show(note);
  }

  /** Ends the scenario; the first reason counts. */
  stop(error: RoadworthyError): void {
    this.#stop.abort(error);
  }

  [Symbol.dispose](): void {
    this.#ticker[Symbol.dispose]();
    this.#tail[Symbol.dispose]();
  }

  #look(): void {
    this.read();
    this.#looks += 1;
    if (this.#looks % looksPerProgress === 0) this.#show(null);
    // After the load has ended there is nothing left to protect, and an idle probe must not stop a read-back.
    if (this.watch.loadEnded) return;
    const breach = this.watch.breach(nowUs());
    if (breach === null || this.#stop.signal.aborted) return;
    this.stop(new RoadworthyError("stopped", breach.message, { hint: "all faults were healed; look at the report for the cause", where: this.#scenario.name }));
  }

  #show(note: string | null): void {
    const elapsedMs = this.#startUs === null ? null : (nowUs() - this.#startUs) / 1000;
    this.#options.onProgress({
      scenario: this.#scenario.name,
      position: this.#position,
      stage: this.#stage,
      leftMs: elapsedMs === null ? null : Math.max(0, this.#timeline.totalMs - elapsedMs),
      ...this.watch.rates(nowUs()),
      activeFaults: [...this.#active],
      waitingFor: this.#waitingFor,
      note,
    });
  }
}
