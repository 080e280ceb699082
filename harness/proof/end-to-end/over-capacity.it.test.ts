/** Rates above what can be done, by the system or by the engine: nothing collapses, every drop is counted, the run ends on time and is not passed. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { offeredBy } from "../../drive/load/pace.ts";
import { openLog } from "../../log/reader.ts";
import { verdictSchema, type Verdict } from "../../judge/verdict/schema.ts";
import { command, newWorld, onlyRun, readJson } from "./command.fixture.ts";

/** A server that answers one request after the other, 100 a second; to /never it says nothing. */
const narrow = `import { createServer } from "node:http";
let free = 0;
createServer((ask, answer) => {
  if (ask.url === "/never") return;
  const now = performance.now();
  free = Math.max(now, free) + (ask.url === "/health" ? 0 : 10);
  setTimeout(() => answer.writeHead(200, { "content-type": "application/json" }).end('{"status":"ok"}'), free - now);
}).listen(Number(process.env["PORT"]), "127.0.0.1");
`;

const target = `name: narrow
title: A narrow server
nodes:
  server: { kind: process, command: [node, narrow.mts], env: { PORT: "{{port}}" }, ready: { by: http, path: /health } }
routes:
  list: { node: server, path: /list, expect: { json: { status: ok } } }
  never: { node: server, path: /never }
objectives:
  - id: NARROW-1
    statement: Lists are answered.
    source: { document: target.yaml, section: Example }
    kind: own
    indicator: { kind: availability }
    op: ">="
    limit: 99
    unit: "%"
`;

const warmUpMs = 500;
const baselineMs = 1500;

interface Judged {
  verdict: Verdict;
  records: number;
  dropped: number;
}

async function judgedAt(rate: number, connections: number, route = "list"): Promise<Judged> {
  using world = newWorld();
  const folder = join(world.folder, "narrow");
  const workload = `{ name: visitors, profile: { shape: constant, rate: ${rate} }, journeys: [{ steps: [${route}] }], connections: ${connections}, timeout: 500ms }`;
  const scenario = `name: rush\ntitle: Rush\ntarget: narrow\nworkloads: [${workload}]\nphases: { warmUp: ${warmUpMs}ms, baseline: ${baselineMs}ms }\nstop: none\nrules: [NARROW-1]\n`;
  mkdirSync(folder);
  for (const [name, text] of [["narrow.mts", narrow], ["target.yaml", target], ["rush.yaml", scenario]] as const) writeFileSync(join(folder, name), text);
  const ran = await command(world, "run", join(folder, "rush.yaml"), "--target", folder, "--out", world.runs);
  expect(world.leftovers()).toEqual([]);
  const run = join(onlyRun(world), "rush");
  const verdict = verdictSchema.parse(readJson(join(run, "verdict.json")));
  expect(ran.code).toBe(verdict.exitCode);
  const requests = [...openLog(join(run, "log")).events()].filter((event) => event.type === "request");
  return { verdict, records: requests.length, dropped: requests.filter(({ outcome }) => outcome === "dropped").length };
}

function expectExact({ verdict, records, dropped }: Judged, rate: number): void {
  const { generator } = verdict;
  expect(generator.offered).toBe(offeredBy({ shape: "constant", rate }, warmUpMs + baselineMs));
  expect(generator.started + generator.dropped).toBe(generator.offered);
  // The records in the log say the same as the counts, one by one.
  expect([records, dropped]).toEqual([generator.offered, generator.dropped]);
  expect(verdict.incomplete).toBeNull();
}

/**
 * Whether this machine can send or drop so many in time differs; the verdict must be the one that fits. What the engine could not do voids pass and
 * failure alike; where only connections were wanting, the system has the failure.
 */
function expectFailedOrVoid({ generator, rulings, exitCode }: Verdict): "fail" | "inconclusive" {
  const engine = /too busy: [^;]*/.exec(generator.why ?? "")?.[0];
  const outcome = engine === undefined ? "fail" : "inconclusive";
  expect(rulings).toMatchObject([engine === undefined ? { outcome } : { outcome, why: expect.stringContaining(engine) }]);
  expect(exitCode).toBe(engine === undefined ? 1 : 2);
  return outcome;
}

test("what the system cannot do is dropped and counted, and is no pass", async () => {
  const judged = await judgedAt(1000, 16);
  expectExact(judged, 1000);
  // It answers 100 a second: of 1,000 a second, most are never sent.
  expect(judged.dropped).toBeGreaterThan(judged.records / 2);
  expectFailedOrVoid(judged.verdict);
  expect(judged.verdict.rulings[0]?.why).toMatch(/requests/);
});

test("of a system that never answers, all fails, and the verdict says so and what was not sent", async () => {
  const judged = await judgedAt(1000, 16, "never");
  expectExact(judged, 1000);
  const { generator, rulings } = judged.verdict;
  expect(rulings[0]?.why).toContain("1,500 of 1,500 requests failed; at least 99.8 % with 95 % confidence, 1 % are allowed");
  // Sixteen are sent and given up after half a second; the others are given up unsent.
  expect(generator.started).toBeLessThanOrEqual(16 * 6);
  if (expectFailedOrVoid(judged.verdict) === "fail") expect(generator.why).toMatch(/^\d+ of 1500 due requests could not be sent, with no fault in effect; 0\.1 % is allowed/);
});

test("what the engine cannot do is dropped and counted, and is not blamed on the system", async () => {
  const judged = await judgedAt(90_000, 16);
  expectExact(judged, 90_000);
  expect(judged.dropped).toBeGreaterThan(judged.records / 2);
  expectFailedOrVoid(judged.verdict);
});
