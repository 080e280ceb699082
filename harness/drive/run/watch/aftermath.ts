/**
 * Keeps what the nodes printed, and what became of their processes, around each fault. It looks when the fault is healed and has settled, off the path of
 * what is measured; it takes a second and a half at most, and what could not be had in that time is missing, with the reason, and changes nothing else.
 *
 *   2 s before ── injected ──── held ──── healed ── settled ── 2 s after ─▶ look
 */

import { messageOf } from "../../../base/error.ts";
import { nowUs, waitUntil, type InstantUs } from "../../../base/time.ts";
import type { NodeOutput, NodeState } from "../../../log/node-evidence.ts";
import { cleanedOf, type Redact } from "../../../log/redact.ts";
import type { EventWriter } from "../../../log/writer.ts";
import { lineLimits } from "../../supervisor/system/lines.ts";
import type { Stack } from "../../stack/stack.ts";

const lookWithinMs = 1_500;
const beforeUs = 2_000_000;
const afterUs = 2_000_000;
/** Of a scenario that was stopped, and of processes that are not there any more at its end. */
const lastUs = 20_000_000;
const longestLine = 500;
const longestSecret = 256;
/** Of one fault, over all processes. */
const mostChars = 256 * 1024;

export class Aftermath {
  readonly #evidence: Stack["evidence"];
  readonly #log: EventWriter;
  readonly #clean: Redact;

  constructor({ evidence }: Pick<Stack, "evidence">, log: EventWriter, secrets: readonly string[]) {
    this.#evidence = evidence;
    this.#log = log;
    this.#clean = cleanedOf(secrets);
  }

  async begin(): Promise<void> {
    await this.#states("begin", null);
  }

  /** `latestUs`: when the scenario has no more time for what follows; a stop ends the waiting as well. */
  async of(fault: string, { fromUs, latestUs, signal }: { fromUs: InstantUs; latestUs: InstantUs; signal: AbortSignal }): Promise<void> {
    try {
      await waitUntil(Math.min(nowUs() + afterUs, Math.max(latestUs, nowUs())), signal);
    } catch {
      // Stopped: what there is by now has to do.
    }
    const deadlineUs = nowUs() + lookWithinMs * 1000;
    await this.#states("fault", fault);
    await this.#output(fault, { fromUs: fromUs - beforeUs, deadlineUs });
  }

  /** What a stopped scenario ended with; of one that went through to its end, what those printed that are not there any more. */
  async end(isStopped: boolean): Promise<void> {
    const deadlineUs = nowUs() + lookWithinMs * 1000;
    const states = await this.#states("end", null);
    const gone = new Set(states.filter(({ state }) => state !== "running").map(({ process }) => process));
    if (isStopped || gone.size > 0) await this.#output(null, { fromUs: nowUs() - lastUs, deadlineUs, only: isStopped ? null : gone });
  }

  async #states(when: "begin" | "fault" | "end", fault: string | null): Promise<readonly NodeState[]> {
    try {
      const states = await this.#evidence.states(lookWithinMs);
      if (states.length > 0) this.#log.write({ type: "node-state", at: nowUs(), when, fault, states });
      return states;
    } catch (error) {
      this.#say(error);
      return [];
    }
  }

  async #output(fault: string | null, { fromUs, deadlineUs, only = null }: { fromUs: InstantUs; deadlineUs: InstantUs; only?: ReadonlySet<string> | null }): Promise<void> {
    const toUs = nowUs();
    let leftChars = mostChars;
    for (const output of await this.#evidence.output({ fromUs, toUs }, Math.max(0, deadlineUs - toUs) / 1000)) {
      if (only?.has(output.process) === false) continue;
      const shown = this.#shown(output, leftChars);
      leftChars -= shown.lines.reduce((sum, { line }) => sum + line.length, 0);
      this.#log.write({ type: "node-output", at: nowUs(), fault, fromUs, toUs, ...shown });
    }
  }

  /** Secrets go before a line is cut: of one that the cut went through, the rest would not be known again. */
  #shown(output: NodeOutput, leftChars: number): NodeOutput {
    const lines = output.lines.map((each) => ({ ...each, line: cutLine(this.#clean(withoutColors(each.line)), each.line.length >= lineLimits.lengthChars) }));
    if (lines.reduce((sum, { line }) => sum + line.length, 0) <= leftChars) return { ...output, lines };
    return { ...output, lines: [], leftOut: { count: lines.length + (output.leftOut?.count ?? 0), after: 0, atLeast: output.leftOut?.atLeast ?? false } };
  }

  #say(error: unknown): void {
    this.#log.write({ type: "output", at: nowUs(), process: "roadworthy", stream: "err", line: `the state of the nodes is not known: ${messageOf(error)}` });
  }
}

/** Of a line that was cut where it was read, the end may be a part of a secret, which nothing finds: it goes as well. */
function cutLine(line: string, wasCut: boolean): string {
  const known = wasCut ? line.slice(0, -longestSecret) : line;
  return known.length <= longestLine && !wasCut ? known : `${known.slice(0, longestLine)} … (cut)`;
}

/** The sequences that only change how a terminal writes. */
function withoutColors(line: string): string {
  return line.replaceAll(/\p{Cc}\[[\d;:]*m/gu, "");
}
