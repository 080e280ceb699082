/**
 * Good answers of a health probe while another probe shows that what it depends on is down: before the answer and still after it. Else an
 * honest answer would count as a lie in the moment when the dependency has come back and its own probe has not looked yet.
 */

import { msToUs, parseDurationMs } from "../base/duration.ts";
import type { LogEvent, RunHeader } from "../log/event.ts";
import { FaultLog, type FaultTimes } from "./concepts/fault-times.ts";
import type { Indicator } from "./fold.ts";

export interface HealthAnswer {
  intendedUs: number;
  atUs: number;
  ok: boolean;
}

type ProbeResult = Extract<LogEvent, { type: "probe" }>;

export const healthLies: Indicator<"health-lies"> = ({ spec, header }) => {
  const answers = new HealthAnswers(spec, header);
  return {
    step: (event) => answers.step(event),
    read: () => {
      const counted = answers.counted();
      if (counted.length === 0) return { kind: "unmeasured", why: `probe ${spec.probe} was never asked while ${spec.while} was down under a fault` };
      const lies = counted.filter((answer) => answer.ok).length;
      return { kind: "values", values: [lies], exercised: counted.length, detail: `${counted.length} answers while ${spec.while} was down` };
    },
  };
};

export class HealthAnswers {
  readonly #spec: { probe: string; while: string };
  readonly #graceUs: number;
  readonly #faults = new FaultLog();
  readonly #asked: HealthAnswer[] = [];
  #waiting: HealthAnswer[] = [];
  #dependencyDown = false;

  constructor(spec: { probe: string; while: string }, header: RunHeader) {
    this.#spec = spec;
    const declared = header.target.probes[spec.probe];
    this.#graceUs = declared === undefined ? 0 : msToUs(parseDurationMs(declared.timeout));
  }

  step(event: LogEvent): void {
    this.#faults.step(event);
    if (event.type !== "probe") return;
    if (event.probe === this.#spec.while) this.#settle(event);
    if (event.probe === this.#spec.probe && this.#dependencyDown) this.#waiting.push({ intendedUs: event.intendedUs, atUs: event.at, ok: event.ok });
  }

  #settle(event: ProbeResult): void {
    const judged = this.#waiting.filter((answer) => event.intendedUs >= answer.atUs);
    if (!event.ok) this.#asked.push(...judged);
    this.#waiting = event.ok ? [] : this.#waiting.filter((answer) => !judged.includes(answer));
    this.#dependencyDown = !event.ok;
  }

  /** Those that count: asked while a fault was in effect and the other probe showed it, before and after. */
  counted(): readonly HealthAnswer[] {
    return this.#asked.filter((answer) => this.#faults.all.some((fault) => inEffect(fault, answer.intendedUs, this.#graceUs)));
  }
}

/** From one time-out of the probe after the fault was felt, to the beginning of its healing. */
function inEffect(fault: FaultTimes, atUs: number, graceUs: number): boolean {
  if (fault.feltUs === null || fault.felt?.seen !== true) return false;
  return atUs >= fault.feltUs + graceUs && atUs < (fault.healingUs ?? Infinity);
}
