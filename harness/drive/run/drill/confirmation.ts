/**
 * How a person's word gets into a run: by files in the folder of its journal, which belongs to the user who started it and goes when the run ends.
 *
 *   run   asked-<token>   what is asked ─────────────────────────────► removed: taken, or too late
 *   ack                    └─► ack-<token> ─► removed by the run: taken
 */

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RoadworthyError, systemErrorCode } from "../../../base/error.ts";
import { freshToken } from "../../../base/random.ts";
import { nowUs, poll } from "../../../base/time.ts";
import { recoveryParts } from "../../../scenario/drill/manual.ts";

const questionSchema = z.strictObject({
  /** "disaster:2" */
  step: z.string(),
  part: z.enum(recoveryParts),
  owner: z.string(),
  text: z.string(),
  /** Instant of the host's clock, in µs. */
  untilUs: z.number(),
});

export type Question = z.infer<typeof questionSchema>;
export type OpenQuestion = Question & { token: string };

export interface Asked extends Disposable {
  /** Whether somebody has confirmed it with `roadworthy ack`; true once. */
  taken(): boolean;
}

const tokenLength = 10;
const takenWithinMs = 3_000;
const lookEveryMs = 50;

/** The run's side: whole from the first moment that anybody sees it. */
export function publish(folder: string, question: Question): Asked {
  const token = freshToken(tokenLength);
  const asked = join(folder, `asked-${token}`);
  writeFileSync(join(folder, `asking-${token}`), JSON.stringify(question), { mode: 0o600 });
  renameSync(join(folder, `asking-${token}`), asked);
  return {
    taken: () => {
      const ack = join(folder, `ack-${token}`);
      if (!existsSync(ack)) return false;
      // Before the question goes: so its asker knows that it was taken, and not that it came too late.
      rmSync(ack, { force: true });
      return true;
    },
    [Symbol.dispose]: () => rmSync(asked, { force: true }),
  };
}

/** What a run asks at the moment, longest-lasting last. */
export function openQuestions(folder: string): OpenQuestion[] {
  return filesIn(folder)
    .flatMap((name) => {
      const [, token] = /^asked-([a-z0-9]+)$/.exec(name) ?? [];
      const question = token === undefined ? null : readQuestion(join(folder, name));
      return token === undefined || question === null ? [] : [{ token, ...question }];
    })
    .toSorted((a, b) => a.untilUs - b.untilUs);
}

/** The person's side. Throws `not-allowed` when it is another user's run, `not-found` when the run has stopped waiting, `stack-unavailable` when it does not take it. */
export async function confirm(folder: string, { token, step }: OpenQuestion): Promise<void> {
  const [asked, ack] = [join(folder, `asked-${token}`), join(folder, `ack-${token}`)];
  try {
    writeFileSync(ack, "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") throw new RoadworthyError("not-allowed", `${folder} is another user's`, { hint: "confirm as the user who started the run", cause: error });
    if (code === "ENOENT") throw tooLate(step);
    if (code !== "EEXIST") throw error;
  }
  // The run removes its question after the answer, so the answer is looked at last.
  const gone = await poll(() => Promise.resolve(existsSync(asked) ? undefined : true), { intervalMs: lookEveryMs, deadlineUs: nowUs() + takenWithinMs * 1000 });
  if (gone === true && existsSync(folder) && !existsSync(ack)) return;
  rmSync(ack, { force: true });
  if (gone === true) throw tooLate(step);
  throw new RoadworthyError("stack-unavailable", `the run did not take the confirmation of ${step} within ${takenWithinMs / 1000} s`, { hint: "see whether the run is stopped, or hangs" });
}

function tooLate(step: string): RoadworthyError {
  return new RoadworthyError("not-found", `${step} is not waited for any more`, { hint: "the run's report says what became of it" });
}

function readQuestion(path: string): Question | null {
  try {
    return questionSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    // Taken meanwhile, or none of ours.
    return null;
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return [];
    throw error;
  }
}
