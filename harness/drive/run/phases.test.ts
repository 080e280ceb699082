import { expect, test } from "vitest";
import { nowUs, type InstantUs } from "../../base/time.ts";
import type { JsonEvent } from "../../log/event.ts";
import type { PlannedPhase } from "../../scenario/timeline.ts";
import { PhaseLog, walkPhases } from "./phases.ts";

const phases: readonly PlannedPhase[] = [
  { name: "baseline", startMs: 0, endMs: 40 },
  { name: "recovery", startMs: 40, endMs: 80 },
];

function collected(): { log: PhaseLog; lines: () => string[]; startUs: InstantUs } {
  const events: JsonEvent[] = [];
  const log = new PhaseLog({ write: (event) => events.push(event), sync: () => {}, [Symbol.dispose]: () => {} });
  return { log, lines: () => events.map((event) => (event.type === "phase" ? `${event.name} ${event.edge}` : event.type)), startUs: nowUs() };
}

const endedAt = (at: InstantUs): JsonEvent => ({ type: "end", at });

test("edges that are overdue stand before what came later, and those that are not due do not", () => {
  const { log, lines, startUs } = collected();
  log.plan({ phases }, startUs);
  log.write(endedAt(startUs - 1));
  log.write(endedAt(startUs + 39_999));
  log.write(endedAt(startUs + 60_000));
  expect(lines()).toEqual(["end", "baseline begin", "end", "baseline end", "recovery begin", "end"]);
});

test("each edge is there when it is due, whether something is written or not", async () => {
  const { log, lines, startUs } = collected();
  const said: string[] = [];
  await walkPhases({ timeline: { phases }, startUs, log, signal: new AbortController().signal, say: (phase) => said.push(`${phase} after ${lines().at(-1)}`) });
  expect(said).toEqual(["baseline after baseline begin", "recovery after recovery begin"]);
  expect(lines()).toEqual(["baseline begin", "baseline end", "recovery begin", "recovery end"]);
});

test("a phase that did not take place leaves no edge, also when something is written after its time", async () => {
  const { log, lines, startUs } = collected();
  const stop = new AbortController();
  const long = [{ name: "baseline", startMs: 0, endMs: 3_600_000 } as const, { name: "recovery", startMs: 3_600_000, endMs: 7_200_000 } as const];
  const walk = walkPhases({ timeline: { phases: long }, startUs, log, signal: stop.signal, say: () => stop.abort(new Error("stopped")) });
  await expect(walk).rejects.toThrow("stopped");
  log.write(endedAt(startUs + 4_000_000_000));
  expect(lines()).toEqual(["baseline begin", "end"]);
});
