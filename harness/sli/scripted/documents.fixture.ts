/** The tracked writes of a scripted run: the ledger's records, what finished when, and what was read back. */

import { msToUs, usToMs } from "../../base/duration.ts";
import type { JsonEvent, LogEvent, RequestEvent, RunHeader } from "../../log/event.ts";
import type { Conduct } from "./simulate.fixture.ts";

export interface Tracked {
  /** While the load ran. */
  events: LogEvent[];
  /** After it: the last items, quiescence, read-back and facts. */
  ending: LogEvent[];
}

const pollMs = 250;

export function tracked(header: RunHeader, requests: readonly RequestEvent[], play: { conduct: Conduct; endMs: number; quiesceMs: number }): Tracked {
  const events: JsonEvent[] = [];
  const finished: { atMs: number; completion: string; id: string; ok: boolean }[] = [];
  const ids = new Map<string, string[]>();
  let open = 0;
  const writes = requests.filter((request) => header.target.routes[request.route]?.write !== undefined && request.outcome !== "dropped");
  for (const [n, request] of writes.entries()) {
    const write = header.target.routes[request.route]?.write;
    if (write === undefined) continue;
    const id = `${header.run}-${n}`;
    const what = request.outcome === "ok" ? "ok" : write.refused.status.includes(request.status) ? "refused" : "info";
    const base = { type: "write", ledger: write.ledger, id, intendedUs: request.intendedUs } as const;
    events.push({ ...base, at: request.startUs, what: "invoke" }, { ...base, at: request.endUs, what });
    if (what !== "ok") continue;
    const copies = play.conduct.copies?.(n) ?? 1;
    const stored = ids.get(write.ledger) ?? [];
    ids.set(write.ledger, stored);
    for (let copy = 0; copy < copies; copy += 1) stored.push(id);
    const acknowledgedAtMs = usToMs(request.endUs - header.at);
    const finish = play.conduct.finish === undefined ? { atMs: acknowledgedAtMs + 800, ok: true } : play.conduct.finish(n, acknowledgedAtMs);
    if (finish === null) open += 1;
    for (const [completion, spec] of Object.entries(header.target.completions)) {
      if (spec.ledger === write.ledger && finish !== null) finished.push({ ...finish, completion, id });
    }
  }
  const polls = completions(header, finished);
  const quietMs = Math.max(play.endMs, ...finished.map((item) => item.atMs)) + 2 * pollMs;
  const quiescedUs = header.at + msToUs(open > 0 ? play.endMs + play.quiesceMs : quietMs);
  return { events: [...events, ...polls], ending: ending(header, quiescedUs, { ids, open, endMs: play.endMs, conduct: play.conduct }) };
}

function completions(header: RunHeader, finished: readonly { atMs: number; completion: string; id: string; ok: boolean }[]): JsonEvent[] {
  const polls = new Map<string, { at: number; completion: string; done: { id: string; ok: boolean }[] }>();
  for (const item of finished) {
    const poll = Math.ceil(item.atMs / pollMs);
    const key = `${item.completion} ${poll}`;
    const found = polls.get(key) ?? { at: header.at + msToUs(poll * pollMs), completion: item.completion, done: [] };
    found.done.push({ id: item.id, ok: item.ok });
    polls.set(key, found);
  }
  return [...polls.values()].map((poll) => ({ type: "completion", ...poll, resolutionMs: pollMs }));
}

function ending(
  header: RunHeader,
  quiescedUs: number,
  state: { ids: ReadonlyMap<string, readonly string[]>; open: number; endMs: number; conduct: Conduct },
): JsonEvent[] {
  const tookMs = usToMs(quiescedUs - header.at) - state.endMs;
  const events: JsonEvent[] = [{ type: "quiesced", at: quiescedUs, complete: state.open === 0, tookMs, openItems: state.open }];
  for (const [ledger, spec] of Object.entries(header.target.ledgers)) {
    for (const way of Object.keys(spec.readBack)) {
      events.push({ type: "read-back", at: quiescedUs + 1000, ledger, way, ids: state.ids.get(ledger) ?? [], last: true });
    }
  }
  for (const fact of Object.keys(header.target.facts)) {
    const values = state.conduct.fact === undefined ? [0] : state.conduct.fact(fact);
    events.push({ type: "fact", at: quiescedUs + 2000, fact, values, why: values === null ? "the query timed out" : null });
  }
  return events;
}
