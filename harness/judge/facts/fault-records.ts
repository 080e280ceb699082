/** Faults as the verdict shows them: instants from the scenario's start, recovery on both clocks. */

import { usToMs } from "../../base/duration.ts";
import type { FaultRecovery } from "../../sli/concepts/recovery.ts";
import { roundMs, roundMsOrNull } from "../verdict/round.ts";
import type { FaultRecord } from "../verdict/schema.ts";
import { manualRecords, recoveryPartsOf, type DrillOfFault } from "./recovery-parts.ts";

export function faultRecord(recovery: FaultRecovery, drill: DrillOfFault, startUs: number): FaultRecord {
  const { fault, downUs, upUs, degradedLimitMs } = recovery;
  const since = (atUs: number | null | undefined): number | null => (atUs === null || atUs === undefined ? null : roundMs(usToMs(atUs - startUs)));
  const reached = upUs !== null;
  const manual = manualRecords(drill);
  return {
    id: fault.id,
    kind: fault.kind,
    on: fault.on,
    injectedAtMs: since(fault.injected?.beganUs),
    feltAtMs: fault.felt?.seen === true ? since(fault.feltUs) : null,
    healedAtMs: since(fault.healed?.endedUs),
    settledAtMs: fault.settled?.seen === true ? since(fault.settledUs) : null,
    heldMs: fault.injected === null || fault.healed === null ? null : roundMs(usToMs(fault.healed.beganUs - fault.injected.endedUs)),
    recoveryTimeMs: reached ? roundMsOrNull(recovery.faultClock.valueMs) : null,
    sinceHealMs: reached ? roundMsOrNull(recovery.healClock.valueMs) : null,
    notRecovered: recovery.notRecovered,
    resolutionMs: roundMs(recovery.faultClock.resolutionMs),
    failedRequests: recovery.failedRequests,
    witness: { felt: fault.felt?.what ?? null, settled: fault.settled?.what ?? null },
    outage: downUs === null ? null : { fromMs: roundMs(usToMs(downUs - startUs)), toMs: since(upUs), degradedLimitMs: roundMsOrNull(degradedLimitMs) },
    recovery: recoveryPartsOf(recovery, drill),
    ...(manual.length === 0 ? {} : { manual }),
    ...(fault.unrepaired === null ? {} : { unrepaired: fault.unrepaired.why }),
  };
}
