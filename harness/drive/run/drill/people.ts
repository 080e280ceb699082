/**
 * The people of a drill: they are asked for a step, and their word is taken, at the terminal of the run or by `roadworthy ack`. What they do is not looked at:
 * the samples of the run say whether it helped.
 *
 *   asked ──┬─▶ confirmed
 *           └─▶ late: the time of the repair is over, and nobody came
 */

import { parseDurationMs } from "../../../base/duration.ts";
import { nowUs, poll, type InstantUs } from "../../../base/time.ts";
import type { ManualMoment } from "../../../log/event.ts";
import type { EventWriter } from "../../../log/writer.ts";
import { nameOfManual, type ManualStep } from "../../../scenario/drill/manual.ts";
import { publish } from "./confirmation.ts";

/** Whoever sits at the terminal of the run. */
export interface Terminal {
  /** Calls `confirm` each time that somebody confirms there. */
  listen(confirm: () => void): Disposable;
}

export interface PeopleContext {
  /** For the command that confirms. */
  readonly run: string;
  /** Where confirmations from outside are left. */
  readonly folder: string;
  readonly log: Pick<EventWriter, "write" | "sync">;
  readonly signal: AbortSignal;
  /** null: nobody sits there. */
  readonly terminal: Terminal | null;
  readonly tell: (note: string) => void;
  /** Told whenever that changes: whom the run waits for. */
  readonly onWaiting: (owners: readonly string[]) => void;
}

/** Which step it is, and until when it is waited for. */
export interface ManualOrder {
  readonly id: string;
  /** In the repair, from 1; null for an operation of its own. */
  readonly place: number | null;
  readonly untilUs: InstantUs;
}

interface Waiting {
  readonly owner: string;
  confirmedUs: InstantUs | null;
}

const lookEveryMs = 100;

export class People implements Disposable {
  readonly #context: PeopleContext;
  readonly #waiting = new Set<Waiting>();
  readonly #terminal: Disposable | null;

  constructor(context: PeopleContext) {
    this.#context = context;
    this.#terminal = context.terminal?.listen(() => this.#confirmOldest()) ?? null;
  }

  /** Answers false when nobody has confirmed it in time. Rejects when the run is stopped. */
  async ask(step: ManualStep, { id, place, untilUs }: ManualOrder): Promise<boolean> {
    const { folder, log, signal } = this.#context;
    const { part, owner, text } = step;
    const askedUs = nowUs();
    const note = (moment: ManualMoment, atUs: InstantUs): void => log.write({ type: "manual", at: atUs, id, step: place, part, owner, text, expectedMs: parseDurationMs(step.expected), ...moment });
    const withinMs = Math.max(0, (untilUs - askedUs) / 1000);
    note({ stage: "asked", withinMs }, askedUs);
    log.sync();
    const name = nameOfManual(id, place);
    using asked = publish(folder, { step: name, part, owner, text, untilUs });
    this.#context.tell(this.#request(step, name, withinMs));
    const waiting: Waiting = { owner, confirmedUs: null };
    this.#change(() => this.#waiting.add(waiting));
    try {
      const by = await poll(() => Promise.resolve(waiting.confirmedUs !== null ? ("terminal" as const) : asked.taken() ? ("ack" as const) : undefined), { intervalMs: lookEveryMs, deadlineUs: untilUs, signal });
      const endedUs = waiting.confirmedUs ?? nowUs();
      const tookMs = (endedUs - askedUs) / 1000;
      note(by === undefined ? { stage: "late", tookMs } : { stage: "confirmed", by, tookMs }, endedUs);
      this.#context.tell(by === undefined ? `${name}: nobody has confirmed it within ${seconds(withinMs)}` : `${name}: confirmed by ${by}`);
      return by !== undefined;
    } finally {
      this.#change(() => this.#waiting.delete(waiting));
    }
  }

  [Symbol.dispose](): void {
    this.#terminal?.[Symbol.dispose]();
  }

  /** One line, so that it stays whole in a log of CI. */
  #request({ part, owner, text, expected }: ManualStep, name: string, withinMs: number): string {
    const enter = this.#terminal === null ? "" : "press Enter, or type ";
    return `WAITING for ${owner} to ${part} (${name}, expected ${expected}, at most ${seconds(withinMs)}): ${text} — when it is so, ${enter}npx roadworthy ack ${this.#context.run} ${name}`;
  }

  /** Nobody is asked: then it was meant for nothing. */
  #confirmOldest(): void {
    const oldest = [...this.#waiting].find(({ confirmedUs }) => confirmedUs === null);
    if (oldest !== undefined) oldest.confirmedUs = nowUs();
  }

  #change(change: () => void): void {
    change();
    this.#context.onWaiting([...new Set([...this.#waiting].map(({ owner }) => owner))]);
  }
}

function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}
