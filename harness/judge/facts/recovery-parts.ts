/**
 * A recovery in its four parts, as far as the log knows them:
 *
 *   injected ─ detect ─ first bad sample, or people say that they see it ─ decide ─ people say what to do ─ act ─ healed ─ verify ─ back to normal, or people say so
 *
 * Where people have a part, what they confirm counts, and not the samples: a system that is back is not known to be so before somebody has looked. Without people
 * nobody decides; how long the scenario held the fault is no decision.
 */

import { usToMs } from "../../base/duration.ts";
import type { LogEvent } from "../../log/event.ts";
import { recoveryParts, type RecoveryPart } from "../../scenario/drill/manual.ts";
import { middle } from "../../sli/concepts/fault-times.ts";
import type { FaultRecovery } from "../../sli/concepts/recovery.ts";
import { formatDurationMs } from "../verdict/format.ts";
import { roundMs } from "../verdict/round.ts";
import type { ManualRecord, RecoveryParts } from "../verdict/schema.ts";

type Manual = Extract<LogEvent, { type: "manual" }>;

/** What a drill says of one fault. */
export interface DrillOfFault {
  /** In the order in which people were asked. */
  manual: readonly Manual[];
  firstOperationUs: number | null;
}

const nothing: DrillOfFault = { manual: [], firstOperationUs: null };

export class DrillFold {
  readonly #faults = new Map<string, DrillOfFault>();

  step(event: LogEvent): void {
    if (event.type !== "manual" && event.type !== "operation") return;
    const known = this.#faults.get(event.id) ?? nothing;
    if (event.type === "manual") this.#faults.set(event.id, { ...known, manual: [...known.manual, event] });
    else if (event.stage === "began") this.#faults.set(event.id, { ...known, firstOperationUs: known.firstOperationUs ?? event.at });
  }

  of(fault: string): DrillOfFault {
    return this.#faults.get(fault) ?? nothing;
  }
}

/** null for a fault that was not injected. */
export function recoveryPartsOf({ fault, downUs, upUs }: FaultRecovery, { manual, firstOperationUs }: DrillOfFault): RecoveryParts | null {
  if (fault.injected === null) return null;
  const detectedUs = saidOr("detect", manual, downUs);
  const actsUs = [firstOperationUs, ...manual.map(({ part, stage, at }) => (part === "act" && stage === "asked" ? at : null))].filter((atUs) => atUs !== null);
  const actFromUs = actsUs.length === 0 ? fault.healingUs : Math.min(...actsUs);
  const decidedUs = saidOr("decide", manual, null);
  const actedUs = fault.healed === null ? null : middle(fault.healed).atUs;
  return {
    detectMs: between(middle(fault.injected).atUs, detectedUs),
    decideMs: between(detectedUs, decidedUs),
    actMs: between(hasPart("decide", manual) ? decidedUs : actFromUs, actedUs),
    verifyMs: between(actedUs, saidOr("verify", manual, upUs)),
  };
}

/** One for each step that people were asked for. */
export function manualRecords({ manual }: DrillOfFault): ManualRecord[] {
  return manual
    .filter(({ stage }) => stage === "asked")
    .map((asked) => {
      const end = manual.find(({ step, stage }) => step === asked.step && stage !== "asked");
      const { step, part, owner, text, expectedMs } = asked;
      const tookMs = end === undefined || end.stage === "asked" ? null : roundMs(end.tookMs);
      return { step, part, owner, text, expectedMs, tookMs, confirmedBy: end?.stage === "confirmed" ? end.by : null };
    });
}

/** "detect 120 ms, act 2 s, verify 840 ms": what is known. */
export function partsText(parts: RecoveryParts): string {
  const shown = recoveryParts.flatMap((part) => {
    const tookMs = parts[`${part}Ms`];
    return tookMs === null ? [] : [`${part} ${formatDurationMs(tookMs)}`];
  });
  return shown.join(", ");
}

function hasPart(wanted: RecoveryPart, manual: readonly Manual[]): boolean {
  return manual.some(({ part }) => part === wanted);
}

/** When people had said all of this part; null when they have not. What the samples say where nobody was asked. */
function saidOr(wanted: RecoveryPart, manual: readonly Manual[], otherwise: number | null): number | null {
  if (!hasPart(wanted, manual)) return otherwise;
  const own = manual.filter(({ part }) => part === wanted);
  const confirmed = own.filter(({ stage }) => stage === "confirmed");
  return confirmed.length < own.filter(({ stage }) => stage === "asked").length ? null : (confirmed.at(-1)?.at ?? null);
}

function between(fromUs: number | null, toUs: number | null): number | null {
  return fromUs === null || toUs === null ? null : roundMs(Math.max(0, usToMs(toUs - fromUs)));
}
