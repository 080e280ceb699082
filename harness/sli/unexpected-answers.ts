/** Requests of the phase whose answer is none of the allowed statuses. No answer at all (time-out, reset, refused) is unexpected too. */

import { neverBegan, PhaseWindows } from "./concepts/phase-window.ts";
import type { Indicator } from "./fold.ts";

export const unexpectedAnswers: Indicator<"unexpected-answers"> = ({ spec, objective }) => {
  const phases = new PhaseWindows();
  const unexpected = new Map<string, number>();
  let asked = 0;
  return {
    step: (event) => {
      phases.step(event);
      // A dropped request was never sent: it got no answer to judge.
      if (event.type !== "request" || event.outcome === "dropped") return;
      if (spec.routes?.includes(event.route) === false || !phases.contains(objective.phase, event.intendedUs)) return;
      asked += 1;
      if (event.status !== 0 && spec.allowed.includes(event.status)) return;
      const answer = event.status === 0 ? event.outcome : String(event.status);
      unexpected.set(answer, (unexpected.get(answer) ?? 0) + 1);
    },
    read: () => {
      if (!phases.began(objective.phase)) return neverBegan(objective.phase);
      if (asked === 0) return { kind: "unmeasured", why: "no request was sent" };
      const counts = [...unexpected].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const count = counts.reduce((sum, [, times]) => sum + times, 0);
      return { kind: "values", values: [count], exercised: asked, detail: counts.map(([answer, times]) => `${answer} × ${times}`).join(", ") };
    },
  };
};
