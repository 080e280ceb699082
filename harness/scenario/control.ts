/**
 * A control: what is done to a run on purpose so that an objective must fail, where no known-bad build of the target exists. It acts on the real
 * path between target and measurement, and stands in the log's header, so that no report takes the run for one of a release.
 */

export type ControlAct =
  /** What the front door (or the place that a probe asks) answers comes later. */
  | { kind: "late-answers"; delayMs: number; probe: string | null }
  /** A share of the requests is answered with 500 before it gets to the front door; with `from: "fault"` from the first injection on, so that the baseline stays as it is. */
  | { kind: "failed-answers"; share: number; from: "start" | "fault" }
  /** From the healing of each fault on the front door stays shut for so long: as if the fault were still held. */
  | { kind: "closed-door"; afterHealMs: number }
  /** Every nth id that is read back from the ledger is left out, or told twice. */
  | { kind: "altered-read-back"; ledger: string; everyNth: number; how: "withheld" | "doubled" }
  /** What the health check is told is always well: rewritten on its link where that is marked `http`, else told in the target's place. */
  | { kind: "false-health"; probe: string };

export interface Control {
  /** What makes this run a control, in words. */
  what: string;
  /** The objectives that must fail. */
  turnsRed: readonly string[];
  /** null: nothing beyond the build, which is a known-bad variant. */
  act: ControlAct | null;
}
