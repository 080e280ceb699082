/** Enter at the terminal of a run confirms what people are asked for. */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { isatty } from "node:tty";
import type { Terminal } from "../../drive/run/drill/people.ts";
import type { RunPlan } from "../../drive/run/plan.ts";
import { isManual } from "../../scenario/drill/manual.ts";

const stdinDescriptor = 0;

/** null where nobody sits: standard input is no terminal, or that of another job, or the run is one of CI; and where nobody is asked for anything. */
export function terminalConfirmation({ scenarios }: Pick<RunPlan, "scenarios">, environment: NodeJS.ProcessEnv): (Terminal & Disposable) | null {
  const asks = scenarios.some(({ steps, operations }) => steps.some(({ repair }) => repair?.steps.some(isManual)) || operations?.some(({ operation }) => isManual(operation)));
  const isCi = ![undefined, "", "0", "false"].includes(environment["CI"]);
  if (!asks || isCi || !isatty(stdinDescriptor) || !isInForeground()) return null;
  const listeners = new Set<() => void>();
  // Read from the beginning: what was typed before anything was asked for confirms nothing.
  const lines = createInterface({ input: process.stdin, terminal: false });
  lines.on("line", () => {
    for (const listener of listeners) listener();
  });
  return {
    listen: (confirm) => {
      listeners.add(confirm);
      return { [Symbol.dispose]: () => void listeners.delete(confirm) };
    },
    [Symbol.dispose]: () => {
      lines.close();
      process.stdin.unref();
    },
  };
}

/** A job in the background that reads from the terminal is stopped by the system, and with it everything that it keeps watch over. */
function isInForeground(): boolean {
  try {
    // After the name in parentheses, which may hold anything: state, parent, group, session, terminal, the terminal's group.
    const [, , group, , , foreground] = readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return group !== undefined && group === foreground;
  } catch {
    return false;
  }
}
