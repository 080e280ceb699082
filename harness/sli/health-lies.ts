/** Good answers of a health probe while another probe shows that what it depends on is down. */

import { msToUs, parseDurationMs } from "../base/duration.ts";
import { FaultLog, type FaultTimes } from "./concepts/fault-times.ts";
import type { Indicator } from "./fold.ts";

interface HealthAnswer {
  intendedUs: number;
  ok: boolean;
  /** Whether the other probe's newest result was bad. */
  dependencyDown: boolean;
}

export const healthLies: Indicator<"health-lies"> = ({ spec, header }) => {
  const faults = new FaultLog();
  const answers: HealthAnswer[] = [];
  let dependencyDown = false;
  const declared = header.target.probes[spec.probe];
  const graceUs = declared === undefined ? 0 : msToUs(parseDurationMs(declared.timeout));
  return {
    step: (event) => {
      faults.step(event);
      if (event.type !== "probe") return;
      if (event.probe === spec.while) dependencyDown = !event.ok;
      if (event.probe === spec.probe) answers.push({ intendedUs: event.intendedUs, ok: event.ok, dependencyDown });
    },
    read: () => {
      const asked = answers.filter((answer) => answer.dependencyDown && faults.all.some((fault) => inEffect(fault, answer.intendedUs, graceUs)));
      if (asked.length === 0) return { kind: "unmeasured", why: `probe ${spec.probe} was never asked while ${spec.while} was down under a fault` };
      const lies = asked.filter((answer) => answer.ok).length;
      return { kind: "values", values: [lies], exercised: asked.length, detail: `${asked.length} answers while ${spec.while} was down` };
    },
  };
};

/** From one time-out of the probe after the fault was felt, to the beginning of its healing. */
function inEffect(fault: FaultTimes, atUs: number, graceUs: number): boolean {
  if (fault.feltUs === null || fault.felt?.seen !== true) return false;
  return atUs >= fault.feltUs + graceUs && atUs < (fault.healingUs ?? Infinity);
}
