/** The judging half: pure functions of recorded logs. */

export { verdictDifferences, type SavedVerdicts } from "./history/differences.ts";
export { explainObjective } from "./verdict/explain.ts";
export { judgeScenario, type JudgedScenario } from "./verdict/scenario.ts";
export { judgeSuite, type JudgedSuite } from "./verdict/suite.ts";
