/** Starts and ends of a run's containers, as the engine tells them at once: an end that a restart follows is not to be seen afterwards. */

import { constants } from "node:os";
import { z } from "zod";
import { nowUs } from "../../../base/time.ts";
import type { Project } from "../../supervisor/protocol.ts";
import { runLabel } from "../../supervisor/system/engine-containers.ts";
import { followEngine } from "../../supervisor/system/engine.ts";
import { createLineReader } from "../../supervisor/system/lines.ts";

export interface ContainerEvent {
  readonly what: "started" | "exited" | "out-of-memory";
  readonly container: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of an end: "0", "137 (SIGKILL)". */
  readonly ended: string | null;
}

const kinds: Readonly<Record<string, ContainerEvent["what"]>> = { start: "started", die: "exited", oom: "out-of-memory" };
const eventSchema = z.object({ Action: z.string(), Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()).nullish() }) });

/** Until it is disposed, or the engine ends it: what is not told by then is missing, and nothing else. */
export function followContainers({ endpoint, run }: Project, take: (event: ContainerEvent) => void): Disposable {
  const filters = encodeURIComponent(JSON.stringify({ type: ["container"], event: Object.keys(kinds), label: [`${runLabel}=${run}`] }));
  const lines = createLineReader((line) => {
    const event = readEvent(line);
    if (event !== null) take(event);
  });
  return followEngine(endpoint, `/events?filters=${filters}`, (text) => lines.add(text, nowUs()));
}

/** null for what is of no interest. */
export function readEvent(line: string): ContainerEvent | null {
  const parsed = eventSchema.safeParse(jsonOrNull(line));
  const what = parsed.success ? kinds[parsed.data.Action] : undefined;
  if (!parsed.success || what === undefined) return null;
  const { ID: container, Attributes: attributes } = parsed.data.Actor;
  // Podman calls it otherwise.
  const code = attributes?.["exitCode"] ?? attributes?.["containerExitCode"];
  return { what, container, labels: attributes ?? {}, ended: what === "exited" && code !== undefined ? endOf(Number(code)) : null };
}

/** What a signal ended has 128 and its number for an exit code. */
export function endOf(exitCode: number): string {
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128) ?? [];
  return signal === undefined ? String(exitCode) : `${exitCode} (${signal})`;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
