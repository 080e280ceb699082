import { expect, test } from "vitest";
import { nowUs, timeoutSignal } from "../../../base/time.ts";
import type { JsonEvent } from "../../../log/event.ts";
import type { NodeOutput, NodeState } from "../../../log/node-evidence.ts";
import type { NodeEvidence } from "../../stack/evidence/node-evidence.ts";
import { Aftermath } from "./aftermath.ts";

const running: NodeState = { node: "api", process: "api", state: "running", ended: null, outOfMemory: null, restarts: 0 };

function printed(...lines: readonly string[]): NodeOutput {
  return { node: "api", process: "api", lines: lines.map((line) => ({ at: 1, stream: "out", line })), leftOut: null, why: null };
}

interface Bench {
  events: JsonEvent[];
  aftermath: Aftermath;
}

function bench(evidence: Partial<NodeEvidence>, secrets: readonly string[] = []): Bench {
  const events: JsonEvent[] = [];
  const nothing: NodeEvidence = { states: () => Promise.resolve([]), output: () => Promise.resolve([]), [Symbol.dispose]: () => {} };
  const log = { write: (event: JsonEvent) => void events.push(event), sync: () => {}, [Symbol.dispose]: () => {} };
  return { events, aftermath: new Aftermath({ evidence: { ...nothing, ...evidence } }, log, secrets) };
}

function linesOf(events: readonly JsonEvent[]): string[] {
  return events.flatMap((event) => (event.type === "node-output" ? event.lines.map(({ line }) => line) : []));
}

const soon = (): Parameters<Aftermath["of"]>[1] => ({ fromUs: nowUs(), latestUs: nowUs(), signal: timeoutSignal(1_000) });

test("secrets go before a line is cut, so that no part of one is left at the cut", async () => {
  const secret = "correct-horse-battery-staple";
  const { events, aftermath } = bench({ output: () => Promise.resolve([printed(`${"x".repeat(490)}${secret} and more`, `password=${"y".repeat(600)}`, `postgres://u:${secret}@db/app`)]) }, [secret]);
  await aftermath.of("crash", soon());
  const text = linesOf(events).join("\n");
  expect(text).not.toContain("correct");
  expect(text).not.toContain("yyy");
  expect(text).toContain("x".repeat(490));
  expect(text).toContain("postgres://[removed]@db/app");
});

test("a line that came cut may end within a secret: its end goes, and the cut is marked; colours go, other controls stay to be seen", async () => {
  const { events, aftermath } = bench({ output: () => Promise.resolve([printed(`token=${"t".repeat(200)} ${"?a=b&".repeat(365)}hunter2hun`, "\u{1B}[31mred\u{1B}[0m \u{1B}[2J")]) }, ["hunter2hunter2"]);
  await aftermath.of("crash", soon());
  expect(linesOf(events)[0]).not.toContain("hunter2");
  expect(linesOf(events)[0]).toMatch(/ … \(cut\)$/);
  expect(linesOf(events)[1]).toBe("red \u{1B}[2J");
});

test("of all that is printed around one fault no more than 256 KiB is kept, and what is not is counted", async () => {
  const { events, aftermath } = bench({ output: () => Promise.resolve(Array.from({ length: 30 }, () => printed(...Array.from({ length: 40 }, () => "z".repeat(600))))) });
  await aftermath.of("crash", soon());
  expect(linesOf(events).join("").length).toBeLessThan(256 * 1024);
  expect(events.filter((event) => event.type === "node-output" && event.leftOut?.count === 40)).not.toEqual([]);
});

test("an engine that does not answer costs the evidence, and nothing else", async () => {
  const { events, aftermath } = bench({ states: () => Promise.reject(new Error("gone")) });
  await aftermath.begin();
  await aftermath.of("crash", soon());
  await aftermath.end(true);
  expect(events.map((event) => (event.type === "output" ? event.line : event.type))).toEqual(Array.from({ length: 3 }, () => "the state of the nodes is not known: gone"));
});

test("at the end: the last lines of all that was stopped, else of those that are not there any more", async () => {
  const output = (): Promise<NodeOutput[]> => Promise.resolve([printed("of api"), { ...printed("of worker"), node: "worker", process: "worker" }]);
  const states = (): Promise<NodeState[]> => Promise.resolve([running, { ...running, node: "worker", process: "worker", state: "ended", ended: "3" }]);
  const whole = bench({ output, states });
  await whole.aftermath.end(false);
  expect(linesOf(whole.events)).toEqual(["of worker"]);
  const stopped = bench({ output, states });
  await stopped.aftermath.end(true);
  expect(linesOf(stopped.events)).toEqual(["of api", "of worker"]);
});
