/** Asks, once the system is quiet, what is there: every ledger by each of its ways, and the facts. What could not be read is never "nothing". */

import { messageOf } from "../../base/error.ts";
import { nowUs } from "../../base/time.ts";
import type { ProbeEvent } from "../../log/event.ts";
import type { Query } from "../../scenario/target/query.ts";
import type { ProbeConfig } from "./config.ts";
import { numberOf } from "./gauges.ts";
import type { Ask } from "./source.ts";

const chunkIds = 5000;
const queryTimeoutMs = 30_000;

export interface ReadBackOptions {
  target: Pick<ProbeConfig, "ledgers" | "facts" | "altered">;
  ask: Ask;
  write: (event: ProbeEvent) => void;
}

/** One question after the other: the answers may be large, and nobody waits for them but the harness. */
export async function readBack(options: ReadBackOptions): Promise<void> {
  const ways = Object.entries(options.target.ledgers).flatMap(([ledger, spec]) =>
    Object.entries(spec.readBack).map(([way, queries]) => async () => await readLedger({ ledger, way, queries }, options)),
  );
  const facts = Object.entries(options.target.facts).map(([fact, spec]) => async () => await readFact(fact, spec.query, options));
  for (const read of [...ways, ...facts]) await read();
}

async function readLedger(what: { ledger: string; way: string; queries: readonly Query[] }, { ask, write, target: { altered } }: ReadBackOptions): Promise<void> {
  const { ledger, way } = what;
  let ids: string[] = [];
  try {
    for (const query of what.queries) {
      // In turn, so that an id that moves from one place to the next meanwhile is seen at least once.
      const rows = await ask(query, { timeoutMs: queryTimeoutMs });
      for (const [id] of rows) if (id !== undefined) ids.push(id);
    }
  } catch (error) {
    write({ type: "read-back-failed", at: nowUs(), ledger, way, why: messageOf(error) });
    return;
  }
  if (altered?.ledger === ledger) ids = alteredIds(ids, altered);
  for (let from = 0; from === 0 || from < ids.length; from += chunkIds) {
    write({ type: "read-back", at: nowUs(), ledger, way, ids: ids.slice(from, from + chunkIds), last: from + chunkIds >= ids.length });
  }
}

/** Every nth id, from the first on: so that one is enough. */
function alteredIds(ids: readonly string[], { everyNth, how }: NonNullable<ProbeConfig["altered"]>): string[] {
  return ids.flatMap((id, index) => (index % everyNth !== 0 ? [id] : how === "withheld" ? [] : [id, id]));
}

async function readFact(fact: string, query: Query, { ask, write }: ReadBackOptions): Promise<void> {
  try {
    const rows = await ask(query, { timeoutMs: queryTimeoutMs });
    const values = rows.map((row) => numberOf(row[0]));
    const numbers = values.filter((value) => value !== null);
    if (numbers.length < values.length) write({ type: "fact", at: nowUs(), fact, values: null, why: "the answer holds something that is not a number" });
    else write({ type: "fact", at: nowUs(), fact, values: numbers, why: null });
  } catch (error) {
    write({ type: "fact", at: nowUs(), fact, values: null, why: messageOf(error) });
  }
}
