/** Ids in a set of the ledger, each with the records of its write and of its reading back, by the worst way. */

import type { Place } from "../../../log/segment.ts";
import { LedgerBook } from "../../../sli/concepts/ledger-sets.ts";
import { formatDurationMs } from "../../verdict/format.ts";
import { FirstRows, type TraceGroup, type TraceRow } from "../first-rows.ts";
import type { TraceContext, Tracer } from "../trace.ts";
import { faultRow } from "./durations.ts";

type LedgerSet = "lost" | "duplicated" | "unexpected" | "resurrected" | "misplaced";

/** What is known of an id. */
interface Life {
  /** The strongest outcome: what was acknowledged once must be there. */
  write: { what: "invoke" | "refused" | "info" | "ok"; atUs: number; place: Place } | null;
  /** One place for each time that it was read, by way; `reading`: by which reading of that way. */
  read: Map<string, { reading: number; places: Place[] }>;
}

const strength = { invoke: 1, refused: 2, info: 3, ok: 4 } as const;

export function ledgerTracer({ spec, header }: TraceContext<"ledger" | "loss-age">): Tracer {
  const book = new LedgerBook(header, spec.ledger);
  const set: LedgerSet = spec.kind === "ledger" ? spec.set : "lost";
  const lives = new Map<string, Life>();
  const faults: TraceRow[] = [];
  /** A way that is read again is judged by its newest reading. */
  const readings = new Map<string, { number: number; isOver: boolean }>();
  const known = (id: string): Life => {
    const life = lives.get(id) ?? { write: null, read: new Map<string, { reading: number; places: Place[] }>() };
    lives.set(id, life);
    return life;
  };
  return {
    learn: (event) => book.step(event),
    step: (event, place) => {
      if (event.type === "fault" && event.stage === "injected") faults.push(faultRow(event, place));
      if (event.type === "restored" && event.ledger === spec.ledger) {
        const age = event.ageMs === null ? "of unknown age" : `${formatDurationMs(event.ageMs)} old at the first fault`;
        faults.push({ what: `restore of ${event.ledger}`, atUs: event.at, text: `${event.what}, ${age}`, places: [place] });
      }
      if (event.type === "write" && event.ledger === spec.ledger) {
        const life = known(event.id);
        if (life.write === null || strength[event.what] > strength[life.write.what]) life.write = { what: event.what, atUs: event.at, place };
      } else if (event.type === "read-back" && event.ledger === spec.ledger) {
        const before = readings.get(event.way);
        const reading = before === undefined ? 0 : before.number + (before.isOver ? 1 : 0);
        readings.set(event.way, { number: reading, isOver: event.last });
        for (const id of event.ids) {
          const { read } = known(id);
          const earlier = read.get(event.way);
          read.set(event.way, { reading, places: [...(earlier?.reading === reading ? earlier.places : []), place] });
        }
      }
    },
    read: () => {
      const way = worstWay(book, spec.kind === "loss-age" ? "age" : set);
      return way === null ? [] : [groupOf(lives, set, { way, reading: readings.get(way)?.number ?? 0 }), ...(spec.kind === "loss-age" ? [{ title: "injections and restores that age counts from", count: faults.length, rows: faults }] : [])];
    },
  };
}

/** As the indicators choose it. */
function worstWay(book: LedgerBook, by: LedgerSet | "age"): string | null {
  const reading = book.read();
  if (reading.kind === "unmeasured") return null;
  const size = (sets: (typeof reading.ways)[number]): number => (by === "age" ? (sets.lostMs ?? -1) : sets[by]);
  return reading.ways.reduce((a, b) => (size(b) > size(a) ? b : a)).way;
}

function groupOf(lives: ReadonlyMap<string, Life>, set: LedgerSet, { way, reading }: { way: string; reading: number }): TraceGroup {
  const rows = new FirstRows();
  for (const [id, life] of lives) {
    const found = life.read.get(way);
    const places = found?.reading === reading ? found.places : [];
    for (const text of belongings(life, set, { way, times: places.length })) {
      rows.add(life.write?.atUs ?? 0, () => ({ what: id, atUs: life.write?.atUs ?? null, text, places: [...(life.write === null ? [] : [life.write.place]), ...places.slice(0, 3)] }));
    }
  }
  return rows.read(`ids that are ${set}, read back by ${way}`);
}

/** Why an id is in the set; misplaced holds an id once for each reason. */
function belongings({ write }: Life, set: LedgerSet, { way, times }: { way: string; times: number }): string[] {
  const reasons: { [S in Exclude<LedgerSet, "misplaced">]: string | null } = {
    lost: write?.what === "ok" && times === 0 ? `acknowledged, and not there by ${way}` : null,
    duplicated: times > 1 ? `there ${times} times` : null,
    unexpected: write === null && times > 0 ? "there, and never written" : null,
    resurrected: write?.what === "refused" && times > 0 ? "refused, and there all the same" : null,
  };
  return (set === "misplaced" ? [reasons.lost, reasons.duplicated, reasons.unexpected] : [reasons[set]]).filter((reason) => reason !== null);
}
