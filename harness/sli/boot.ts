/** Number of nodes that were not ready when the stack had booted; the newest boot counts. */

import type { Indicator } from "./fold.ts";

export const boot: Indicator<"boot"> = () => {
  let booted: { ready: readonly string[]; notReady: readonly string[]; bootMs: number } | null = null;
  return {
    step: (event) => {
      if (event.type === "boot") booted = event;
    },
    read: () => {
      if (booted === null) return { kind: "unmeasured", why: "the log has no boot" };
      const names = booted.notReady.length === 0 ? "" : `not ready: ${booted.notReady.join(", ")}`;
      return { kind: "values", values: [booted.notReady.length], exercised: booted.ready.length + booted.notReady.length, detail: names };
    },
  };
};
