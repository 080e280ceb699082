/** Every value of a fact must keep the limit. A fact that was asked for and could not be read is unmeasured. */

import type { Indicator } from "./fold.ts";

export const fact: Indicator<"fact"> = ({ spec }) => {
  let answer: { values: readonly number[] | null; why: string | null } | null = null;
  return {
    step: (event) => {
      if (event.type === "fact" && event.fact === spec.fact) answer = { values: event.values, why: event.why };
    },
    read: () => {
      if (answer === null) return { kind: "unmeasured", why: `fact ${spec.fact} was not asked for before the log ends` };
      if (answer.values === null) return { kind: "unmeasured", why: `fact ${spec.fact} could not be read: ${answer.why ?? "no reason given"}` };
      // What is not a number is null in the log.
      return { kind: "values", values: answer.values.map((value) => (Number.isFinite(value) ? value : Number.NaN)), exercised: answer.values.length, detail: "" };
    },
  };
};
