/** What the nodes of a stack print, and what becomes of their processes. It only watches; what it gives is shown beside a verdict. */

import type { InstantUs } from "../../../base/time.ts";
import type { NodeOutput, NodeState } from "../../../log/node-evidence.ts";

export interface NodeEvidence extends Disposable {
  /** Of every process, as of now. Rejects when that is not known within the time. */
  states(withinMs: number): Promise<readonly NodeState[]>;
  /** Of every process that printed in the window, with its first and its last lines there. Never rejects: what is not known within the time says why. */
  output(window: OutputWindow, withinMs: number): Promise<readonly NodeOutput[]>;
}

export interface OutputWindow {
  readonly fromUs: InstantUs;
  readonly toUs: InstantUs;
}

/** Of a system that is not ours: nothing is known. */
export const noEvidence: NodeEvidence = {
  states: () => Promise.resolve([]),
  output: () => Promise.resolve([]),
  [Symbol.dispose]: () => {},
};
