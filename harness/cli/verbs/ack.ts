/** `ack`: tells a live run that what it asked of people is done. */

import { RoadworthyError } from "../../base/error.ts";
import { confirm, openQuestions, type OpenQuestion } from "../../drive/run/drill/confirmation.ts";
import { liveRuns, type LiveRun } from "../../drive/supervisor/live-runs.ts";
import { stableJson } from "../../../reports/json.ts";
import { plain } from "../../../reports/text.ts";

/** Errors: `usage` when it must be said which run or step is meant, `not-found` when there is none, `not-allowed`, `stack-unavailable` when the run does not take it. */
export async function ack(named: string | undefined, step: string | undefined, flags: { json?: boolean }): Promise<string> {
  const live = liveRuns();
  // With one run that asks, its step alone says enough.
  const isStep = step === undefined && named !== undefined && !live.some(({ run }) => run === named);
  const [runName, stepName] = isStep && live.some(({ folder }) => openQuestions(folder).some((question) => question.step === named)) ? [undefined, named] : [named, step];
  const { run, folder } = chosenRun(live, runName);
  const question = chosenQuestion(run, openQuestions(folder), stepName);
  await confirm(folder, question);
  if (flags.json === true) return stableJson({ run, step: question.step, part: question.part, owner: question.owner, text: question.text, confirmed: true });
  return `${run}: ${question.step} is confirmed: ${plain(question.text)}`;
}

function chosenRun(live: readonly LiveRun[], named: string | undefined): LiveRun {
  const [first, ...others] = live;
  if (first === undefined) throw new RoadworthyError("not-found", "no run of yours is under way", { hint: "confirm as the user who started it, with the same XDG_STATE_HOME" });
  const names = live.map(({ run }) => run).join(", ");
  if (named === undefined && others.length > 0) throw new RoadworthyError("usage", `${live.length} runs are under way: ${names}`, { hint: "say which: roadworthy ack <run> [step]" });
  const found = named === undefined ? first : live.find(({ run }) => run === named);
  if (found === undefined) throw new RoadworthyError("not-found", `there is no live run, nor a step that is waited for, called "${named}"`, { hint: `under way: ${names}` });
  return found;
}

function chosenQuestion(run: string, questions: readonly OpenQuestion[], step: string | undefined): OpenQuestion {
  const [first, ...others] = questions;
  if (first === undefined) throw new RoadworthyError("not-found", `run ${run} asks for nothing at the moment`, { hint: "it says so when it does; the plan says when that will be" });
  const names = questions.map((question) => `${question.step} (${question.owner}: ${question.text})`).join("; ");
  if (step === undefined && others.length > 0) throw new RoadworthyError("usage", `run ${run} asks for ${questions.length} things: ${names}`, { hint: `say which: roadworthy ack ${run} <step>` });
  const found = step === undefined ? first : questions.find((question) => question.step === step);
  if (found === undefined) throw new RoadworthyError("not-found", `run ${run} does not ask for step "${step}" at the moment`, { hint: `it asks for ${names}` });
  return found;
}
