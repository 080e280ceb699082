/**
 * Good answers of a health probe while another probe shows that what it depends on is down: before the answer and still after it. Else an
 * honest answer would count as a lie in the moment when the dependency has come back and its own probe has not looked yet.
 */

import { msToUs, parseDurationMs } from "../base/duration.ts";
import type { LogEvent } from "../log/event.ts";
import { FaultLog, type FaultTimes } from "./concepts/fault-times.ts";
import type { Indicator } from "./fold.ts";

interface HealthAnswer {
  intendedUs: number;
  atUs: number;
  ok: boolean;
}

type ProbeResult = Extract<LogEvent, { type: "probe" }>;

export const healthLies: Indicator<"health-lies"> = ({ spec, header }) => {
  const faults = new FaultLog();
  const asked: HealthAnswer[] = [];
  let waiting: HealthAnswer[] = [];
  let dependencyDown = false;
  const settle = (event: ProbeResult): void => {
    const judged = waiting.filter((answer) => event.intendedUs >= answer.atUs);
    if (!event.ok) asked.push(...judged);
    waiting = event.ok ? [] : waiting.filter((answer) => !judged.includes(answer));
    dependencyDown = !event.ok;
  };
  const declared = header.target.probes[spec.probe];
  const graceUs = declared === undefined ? 0 : msToUs(parseDurationMs(declared.timeout));
  return {
    step: (event) => {
      faults.step(event);
      if (event.type !== "probe") return;
      if (event.probe === spec.while) settle(event);
      if (event.probe === spec.probe && dependencyDown) waiting.push({ intendedUs: event.intendedUs, atUs: event.at, ok: event.ok });
    },
    read: () => {
      const counted = asked.filter((answer) => faults.all.some((fault) => inEffect(fault, answer.intendedUs, graceUs)));
      if (counted.length === 0) return { kind: "unmeasured", why: `probe ${spec.probe} was never asked while ${spec.while} was down under a fault` };
      const lies = counted.filter((answer) => answer.ok).length;
      return { kind: "values", values: [lies], exercised: counted.length, detail: `${counted.length} answers while ${spec.while} was down` };
    },
  };
};

/** From one time-out of the probe after the fault was felt, to the beginning of its healing. */
function inEffect(fault: FaultTimes, atUs: number, graceUs: number): boolean {
  if (fault.feltUs === null || fault.felt?.seen !== true) return false;
  return atUs >= fault.feltUs + graceUs && atUs < (fault.healingUs ?? Infinity);
}
