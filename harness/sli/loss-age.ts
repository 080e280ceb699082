/** Age at the fault of the oldest acknowledged write that was lost: the recovery point in time. 0 when nothing is lost. */

import { grouped } from "./concepts/grouped.ts";
import { LedgerBook } from "./concepts/ledger-sets.ts";
import { FaultLog, invalidFault, unknownFault } from "./concepts/fault-times.ts";
import { inUnit } from "./concepts/limit.ts";
import type { Indicator } from "./fold.ts";

export const lossAge: Indicator<"loss-age"> = ({ spec, objective, header, scenario }) => {
  const book = new LedgerBook(header, spec.ledger);
  const faults = new FaultLog();
  return {
    step: (event) => {
      book.step(event);
      faults.step(event);
    },
    read: () => {
      if (scenario.steps.length === 0) return { kind: "unmeasured", why: "the scenario has no fault" };
      for (const step of scenario.steps) {
        const why = invalidFault(faults.all.find((fault) => fault.id === step.id) ?? unknownFault({ id: step.id, kind: step.fault.kind, on: "" }));
        if (why !== null) return { kind: "unmeasured", why };
      }
      const reading = book.read();
      if (reading.kind === "unmeasured") return reading;
      const worst = reading.ways.reduce((a, b) => ((b.lostMs ?? -1) > (a.lostMs ?? -1) ? b : a));
      const firstFaultUs = Math.min(...faults.all.map((fault) => fault.injected?.beganUs ?? Infinity));
      const detail = `${grouped(worst.lost)} of ${grouped(worst.acknowledged)} acknowledged writes lost, read back by ${worst.way}`;
      return { kind: "values", values: [inUnit(objective, worst.lostMs ?? 0)], exercised: book.acknowledgedBy(firstFaultUs), detail };
    },
  };
};
