/**
 * Turns everything that ends a process from outside or by accident into one abort, so that a run heals and still writes its report.
 * The second Ctrl-C leaves at once: the supervisor goes on cleaning without us.
 */

import { messageOf, RoadworthyError, exitCodes } from "../base/error.ts";

export interface Interrupts extends Disposable {
  readonly signal: AbortSignal;
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

// A closed terminal must not kill the clean-up by an EPIPE of the progress display.
const ignore = (): void => {};

export function listenForInterrupts(leave: (exitCode: number) => never): Interrupts {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) leave(exitCodes.interrupted);
    controller.abort(new RoadworthyError("interrupted", `stopped by ${name}`, { hint: "everything is healed and taken down first; once more leaves at once while the supervisor goes on cleaning" }));
  };
  const accident = (error: unknown): void => {
    if (controller.signal.aborted) return;
    controller.abort(error instanceof RoadworthyError ? error : new RoadworthyError("internal", messageOf(error), { hint: "this is a defect of Roadworthy; please report it with the log of the run", cause: error }));
  };
  for (const name of signals) process.on(name, interrupt);
  process.on("uncaughtException", accident);
  process.on("unhandledRejection", accident);
  process.stdout.on("error", ignore);
  process.stderr.on("error", ignore);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) process.off(name, interrupt);
      process.off("uncaughtException", accident);
      process.off("unhandledRejection", accident);
    },
  };
}
