/**
 * What really happened, in the service's own words and on its own clock: lines of `<nanoseconds since it began> <word> <more>`.
 *
 *   answer <id> <status>     a write was answered; `none` when the asker was left without an answer
 *   fault                    what was not safe is lost from here on
 *   holds <place> <id>       at the end: what is in a place, once for each copy
 *   down <manner>, up        an outage began, ended
 *   late <ms>                an answer came so much later than the script says: the machine had no time for it
 *   ordered                  an outage was asked for
 */

/** Nanoseconds of the service's own clock. */
export type OwnClock = () => bigint;

export class TruthLog {
  readonly #lines: string[] = [];
  readonly #clock: OwnClock;

  constructor(clock: OwnClock) {
    this.#clock = clock;
  }

  note(word: string, ...more: readonly string[]): void {
    this.#lines.push([String(this.#clock()), word, ...more].join(" "));
  }

  get text(): string {
    return this.#lines.join("\n");
  }
}
