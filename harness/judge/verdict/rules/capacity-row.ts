/** The row that every search has, also where no objective asks for a rate: what was found, as information. */

import type { SearchWorkload } from "../../../scenario/workload/workload.ts";
import type { CapacityFold } from "../../../sli/search/capacity.ts";
import { roundInterval, roundValue } from "../round.ts";
import type { Ruled } from "../ruling.ts";
import { capacityFigures, capacityText } from "./capacity.ts";
import { sentence } from "./rule.ts";

export function capacityRow({ name, profile }: SearchWorkload, found: ReturnType<CapacityFold["read"]>): Ruled {
  const isMeasured = found.kind === "capacity";
  const cause = isMeasured ? capacityText(found) : `not measured: ${found.why}`;
  const { value, interval, samples } = isMeasured ? capacityFigures(found) : { value: null, interval: null, samples: 0 };
  const ruling: Ruled["ruling"] = {
    objective: `${name}/capacity`,
    statement: `The highest rate of ${name} that keeps ${profile.keep.join(" and ")}`,
    source: { document: `the search of workload ${name}`, section: `${profile.from}/s to ${profile.to}/s` },
    kind: "capacity",
    indicator: "throughput",
    phase: "all",
    clock: null,
    op: "measure",
    limit: null,
    unit: "1/s",
    status: "information",
    outcome: null,
    value: roundValue(value),
    interval: roundInterval(interval),
    samples,
    why: sentence(cause),
    choice: null,
    sameAs: null,
  };
  return { ruling, cause };
}
