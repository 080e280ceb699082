/** The table of systems whose promises are written down, also of those that no target stands for yet. */

export interface System {
  /** Also of its folder, of its roadmap, and of its target once it has one. */
  name: string;
  /** What the ids of its rows begin with, and how many of them its roadmap has. */
  prefix: string;
  promised: number;
  /** The rows, unchecked. */
  read: () => Promise<{ default: unknown }>;
}

export const systems: readonly System[] = [
  { name: "avalanche-edna", prefix: "AVA", promised: 146, read: () => import("./avalanche-edna/objectives.json", { with: { type: "json" } }) },
  { name: "btc-forecast", prefix: "BTC", promised: 56, read: () => import("./btc-forecast/objectives.json", { with: { type: "json" } }) },
  { name: "clarion", prefix: "CLA", promised: 63, read: () => import("./clarion/objectives.json", { with: { type: "json" } }) },
  { name: "continuum-report", prefix: "CON", promised: 77, read: () => import("./continuum-report/objectives.json", { with: { type: "json" } }) },
  { name: "wildtype-aligner", prefix: "AMR", promised: 27, read: () => import("./wildtype-aligner/objectives.json", { with: { type: "json" } }) },
];
