/** The judging half: pure functions of recorded logs. */

export { explainObjective } from "./explain/explain.ts";
export { verdictDifferences, type SavedVerdicts } from "./history/differences.ts";
export { judgeScenario, type JudgedScenario } from "./verdict/scenario.ts";
export { judgeSuite, type JudgedSuite } from "./verdict/suite.ts";
export type { JudgedAttempt, JudgedOnce } from "./repeats/attempt.ts";
export { isUndecided, nextAttempt } from "./repeats/next-attempt.ts";
