/**
 * How far back the data goes that is there after a fault: the recovery point in time.
 *
 *   without a restore   age at the fault of the oldest acknowledged write that was lost; 0 when nothing is lost
 *   of a drill          the age at the fault of what was restored, if that is more: a backup of half an hour ago costs half an hour, also in a run of four
 *                       minutes that lost nothing (MEASURES.md); times the scenario's scale
 */

import type { LogEvent } from "../log/event.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { FaultLog, unconfirmedFault, unknownFault } from "./concepts/fault-times.ts";
import { grouped } from "./concepts/grouped.ts";
import { LedgerBook } from "./concepts/ledger-sets.ts";
import { inUnit } from "./concepts/limit.ts";
import type { Indicator } from "./fold.ts";

type Restored = Extract<LogEvent, { type: "restored" }>;

export const lossAge: Indicator<"loss-age"> = ({ spec, objective, header, scenario }) => {
  const book = new LedgerBook(header, spec.ledger);
  const faults = new FaultLog();
  const restores: Restored[] = [];
  return {
    step: (event) => {
      book.step(event);
      faults.step(event);
      if (event.type === "restored" && event.ledger === spec.ledger) restores.push(event);
    },
    read: () => {
      const why = whyUnknown(scenario, faults) ?? whyAgeUnknown(scenario, spec.ledger, restores);
      if (why !== null) return { kind: "unmeasured", why };
      const reading = book.read();
      if (reading.kind === "unmeasured") return reading;
      const worst = reading.ways.reduce((a, b) => ((b.lostMs ?? -1) > (a.lostMs ?? -1) ? b : a));
      const firstFaultUs = Math.min(...faults.all.map((fault) => fault.injected?.beganUs ?? Infinity));
      const oldest = restores.reduce<Restored | null>((a, b) => (a === null || (b.ageMs ?? 0) > (a.ageMs ?? 0) ? b : a), null);
      const scale = scenario.restores?.find(({ ledger }) => ledger === spec.ledger)?.scale ?? 1;
      const ageMs = scale * Math.max(worst.lostMs ?? 0, oldest?.ageMs ?? 0);
      const lost = `${grouped(worst.lost)} of ${grouped(worst.acknowledged)} acknowledged writes lost, read back by ${worst.way}`;
      const detail = [lost, ...(oldest === null ? [] : [`restored: ${oldest.what}`]), ...(scale === 1 ? [] : [`a second stands for ${scale}`])].join("; ");
      return { kind: "values", values: [inUnit(objective, ageMs)], exercised: book.acknowledgedBy(firstFaultUs), detail };
    },
  };
};

function whyUnknown(scenario: Scenario, faults: FaultLog): string | null {
  if (scenario.steps.length === 0) return "the scenario has no fault";
  const invalid = scenario.steps.map((step) => unconfirmedFault(faults.all.find((fault) => fault.id === step.id) ?? unknownFault({ id: step.id, kind: step.fault.kind, on: "" })));
  return invalid.find((why) => why !== null) ?? null;
}

/** Of a drill nothing is known before it is known what was restored. What is not a number is null in the log. */
function whyAgeUnknown(scenario: Scenario, ledger: string, restores: readonly Restored[]): string | null {
  const isDrill = scenario.restores?.some((restore) => restore.ledger === ledger) === true;
  if (isDrill && restores.length === 0) return `the log does not say that ledger ${ledger} was restored`;
  const unknown = restores.find(({ ageMs }) => ageMs === null || !Number.isFinite(ageMs) || ageMs < 0);
  return unknown === undefined ? null : `the age of what was restored is not known: ${unknown.what}`;
}
