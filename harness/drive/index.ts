/** The doing half as a library (`roadworthy/run`): runs a plan and leaves everything that happened in the run's folder. */

export { runSuite } from "./run/suite.ts";
export type { RunEnd, RunOptions, RunPlan } from "./run/plan.ts";
export type { Progress } from "./run/progress.ts";
/** For programs that load a target by themselves: what they may connect to, and the same as networks that they may not. */
export { blacklistOf } from "./guard/blacklist.ts";
export { guardOf, type Guard } from "./guard/guard.ts";
