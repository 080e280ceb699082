/** Guards of the steady state before the first fault and of the return after the last: each without which a fault would meet a system that is not well, or leave one behind. */

import type { Mutation } from "./row.ts";

const folder = "harness/drive/run/steady";
const stateTests = [`${folder}/steady-state.test.ts`];
const returnTests = [`${folder}/return-to-baseline.test.ts`];
const judgeTests = ["harness/judge/facts/steady-state.test.ts"];
const noDataTests = ["harness/judge/verdict/no-data.test.ts"];

export const steadyRows: readonly Mutation[] = [
  { name: "the share of good requests in the window of a steady state", file: `${folder}/steady-state.ts`, find: "window.good < availability * window.requests", replace: "false", tests: stateTests },
  { name: "the share of good requests in the baseline of a steady state", file: `${folder}/steady-state.ts`, find: "baseline.good < availability * baseline.requests", replace: "false", tests: stateTests },
  { name: "requests without an answer in a steady state", file: `${folder}/steady-state.ts`, find: "n < unanswered", replace: "n < 0", tests: stateTests },
  { name: "the p95 of a steady state", file: `${folder}/steady-state.ts`, find: "p95Ms !== null && p95Ms <= p95LimitMs", replace: "p95Ms !== null", tests: stateTests },
  { name: "the level of a steady state beside the baseline before it", file: `${folder}/steady-state.ts`, find: "?? this.#slower()", replace: "", tests: stateTests },
  { name: "the probes of a steady state", file: `${folder}/steady-state.ts`, find: "?? this.#probeBad()", replace: "", tests: stateTests },
  { name: "the least number of requests of a steady state", file: `${folder}/steady-state.ts`, find: "baseline.requests < leastRequests", replace: "false", tests: stateTests },
  { name: "the deadline of the return to baseline", file: `${folder}/return-to-baseline.ts`, find: "upUs > this.#startUs + msToUs(this.#planned.deadlineMs)", replace: "false", tests: returnTests },
  { name: "the return to baseline that was never seen", file: `${folder}/return-to-baseline.ts`, find: "if (notRecovered)", replace: "if (false)", tests: returnTests },
  { name: "what a system that did not return does to a pass", file: "harness/judge/facts/trust.ts", find: "return incompleteness(facts) ?? facts.notReturned;", replace: "return incompleteness(facts);", tests: judgeTests },
  { name: "the exit code of a run without a steady state", file: "harness/base/error.ts", find: '"not-steady": exitCodes.inconclusive', replace: '"not-steady": exitCodes.stopped', tests: judgeTests },
  { name: "a log that does not say that the system was steady", file: "harness/judge/facts/steady-state.ts", find: "this.#before !== null && this.#before.steady && ", replace: "this.#before === null || ", tests: judgeTests },
  { name: "that the steady state was seen before the first fault", file: "harness/judge/facts/steady-state.ts", find: " && this.#before.at <= firstUs", replace: "", tests: noDataTests },
  { name: "that the return was asked after the last fault", file: "harness/judge/facts/steady-state.ts", find: "this.#back !== null && this.#back.at >= lastUs", replace: "this.#back !== null", tests: noDataTests },
];
