/** Number of ids in a set of the ledger, by the worst way of reading back. */

import { grouped } from "./concepts/grouped.ts";
import { LedgerBook, type LedgerSets } from "./concepts/ledger-sets.ts";
import type { Indicator } from "./fold.ts";

export const ledger: Indicator<"ledger"> = ({ spec, header }) => {
  const book = new LedgerBook(header, spec.ledger);
  return {
    step: (event) => book.step(event),
    read: () => {
      const reading = book.read();
      if (reading.kind === "unmeasured") return reading;
      const worst = reading.ways.reduce((a, b) => (b[spec.set] > a[spec.set] ? b : a));
      return { kind: "values", values: [worst[spec.set]], exercised: exercisedBy(spec.set, worst), detail: describe(spec.set, worst) };
    },
  };
};

/** Ids that could have ended in the set: without any, an empty set says nothing. */
function exercisedBy(set: "lost" | "duplicated" | "unexpected" | "resurrected" | "misplaced", sets: LedgerSets): number {
  switch (set) {
    case "lost":
    case "misplaced":
      return sets.acknowledged;
    case "duplicated":
    case "unexpected":
      return sets.read;
    case "resurrected":
      return sets.refused;
  }
}

function describe(set: string, sets: LedgerSets): string {
  const doubt = sets.indeterminate === 0 ? "" : `, ${grouped(sets.indeterminate)} in doubt (${grouped(sets.recovered)} of them stored)`;
  const holes = set === "lost" && sets.holes ? ", newer ones survived older lost ones" : "";
  return `${grouped(sets.acknowledged)} acknowledged, ${grouped(sets.read)} read back by ${sets.way}${doubt}${holes}`;
}
