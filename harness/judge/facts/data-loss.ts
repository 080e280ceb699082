/** Data loss as the verdict shows it: the sets of the ledger that was written to, by the worst way of reading back. */

import type { LogEvent, RunHeader } from "../../log/event.ts";
import { ItemLives } from "../../sli/concepts/completions.ts";
import { LedgerBook } from "../../sli/concepts/ledger-sets.ts";
import { roundMsOrNull } from "../verdict/round.ts";
import type { DataLoss } from "../verdict/schema.ts";

export class DataLossFold {
  readonly #books: ReadonlyMap<string, LedgerBook>;
  readonly #items: ReadonlyMap<string, ItemLives>;
  #firstFaultUs: number | null = null;

  constructor(header: RunHeader) {
    this.#books = new Map(Object.keys(header.target.ledgers).map((ledger) => [ledger, new LedgerBook(header, ledger)]));
    const completions = Object.entries(header.target.completions);
    this.#items = new Map(completions.map(([completion, spec]) => [spec.ledger, new ItemLives(header, completion)]));
  }

  step(event: LogEvent): void {
    if (event.type === "fault" && event.stage === "injected") this.#firstFaultUs ??= event.beganUs;
    for (const book of this.#books.values()) book.step(event);
    for (const items of this.#items.values()) items.step(event);
  }

  /** Of the ledger with the most writes; null when nothing was written or not every way of reading back came to its end. */
  read(): DataLoss | null {
    const [ledger, book] = [...this.#books].reduce<[string, LedgerBook | null]>((most, [name, entry]) => (entry.attempted > (most[1]?.attempted ?? 0) ? [name, entry] : most), ["", null]);
    const reading = book?.read();
    if (reading === undefined || reading.kind === "unmeasured") return null;
    const worst = reading.ways.reduce((a, b) => (b.lost > a.lost || (b.lost === a.lost && b.misplaced > a.misplaced) ? b : a));
    const items = this.#items.get(ledger);
    return {
      ledger,
      acknowledged: worst.acknowledged,
      lost: worst.lost,
      lostMs: roundMsOrNull(worst.lostMs),
      holes: worst.holes,
      indeterminate: worst.indeterminate,
      recovered: worst.recovered,
      duplicated: worst.duplicated,
      resurrected: worst.resurrected,
      unexpected: worst.unexpected,
      inFlightAtFault: items === undefined || this.#firstFaultUs === null ? null : items.backlogAt(this.#firstFaultUs),
      lostIds: [...worst.lostIds],
    };
  }
}
