/** Runs a command to its end as a child of the supervisor, within a deadline: migrations, seed data, `initdb`. */

import { RoadworthyError, type ErrorCode } from "../../../base/error.ts";
import { after, nowUs } from "../../../base/time.ts";
import type { ChildSpec } from "../../supervisor/protocol.ts";
import type { BootContext } from "./context.ts";

export interface Errand {
  /** Unique in the run while it lasts. */
  readonly id: string;
  readonly command: readonly string[];
  readonly workingFolder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly withinMs: number;
  readonly runAs: ChildSpec["runAs"];
  /** Code of the error when it fails or is late. */
  readonly failsAs: ErrorCode;
}

const shownLines = 12;

/** Resolves with what it printed when it ended with 0. The error holds the last lines of that. */
export async function runToEnd(context: Pick<BootContext, "supervisor" | "watch" | "signal">, errand: Errand): Promise<readonly string[]> {
  const { supervisor, watch, signal } = context;
  const { id, command, workingFolder, env, runAs } = errand;
  signal.throwIfAborted();
  const stop = { signal: "SIGTERM", withinMs: 1_000 } as const;
  await supervisor.spawn({ id, command: [...command], workingFolder, env: { ...env }, restart: { policy: "never", delayMs: 0 }, stop, runAs, input: false });
  const deadlineUs = nowUs() + errand.withinMs * 1000;
  const enough = Promise.withResolvers<void>();
  const giveUp = (): void => enough.resolve();
  using _timer = after(errand.withinMs, giveUp);
  signal.addEventListener("abort", giveUp, { once: true });
  while (watch.facts(id).ended === null && nowUs() < deadlineUs && !signal.aborted) await Promise.race([watch.change(), enough.promise]);
  signal.removeEventListener("abort", giveUp);
  const { ended, lines } = watch.facts(id);
  await supervisor.forget(id);
  signal.throwIfAborted();
  if (ended === "0") return lines;
  const what = ended === null ? `did not end within ${errand.withinMs / 1000} s` : `ended with ${ended}`;
  const said = lines.slice(-shownLines).join("\n");
  throw new RoadworthyError(errand.failsAs, `${id}: ${command.join(" ")} ${what}${said === "" ? "" : `\n${said}`}`, { where: workingFolder, hint: "run the command by hand to see more" });
}
