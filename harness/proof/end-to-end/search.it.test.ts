/** A search from plan to verdict, against a server that can do 400 requests a second and no more. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verdictSchema } from "../../judge/verdict/schema.ts";
import { openLog } from "../../log/reader.ts";
import { command, newWorld, onlyRun, readJson } from "./command.fixture.ts";

/** Answers one request after the other. */
const server = `import { createServer } from "node:http";
let free = 0;
createServer((ask, answer) => {
  const now = performance.now();
  free = Math.max(now, free) + (ask.url === "/health" ? 0 : 2.5);
  setTimeout(() => answer.writeHead(200, { "content-type": "text/plain" }).end("ok"), free - now);
}).listen(Number(process.env["PORT"]), "127.0.0.1");
`;

const own = "source: { document: target.yaml, section: Example }, kind: own";

const target = `name: narrow
title: A narrow server
nodes:
  server: { kind: process, command: [node, server.mts], env: { PORT: "{{port}}" }, ready: { by: http, path: /health } }
routes:
  list: { node: server, path: /list, expect: { contains: ok } }
objectives:
  - { id: FAST, statement: Lists are answered fast., ${own}, indicator: { kind: latency, quantile: 0.9 }, op: "<", limit: 300, unit: ms }
  - { id: SOME, statement: Some lists are answered., ${own}, indicator: { kind: throughput }, op: ">=", limit: 50, unit: 1/s }
  - { id: TOO-MANY, statement: Many lists are answered., ${own}, indicator: { kind: throughput }, op: ">=", limit: 2000, unit: 1/s }
`;

const scenario = `name: capacity
title: How much it takes
target: narrow
workloads:
  - { name: crowd, profile: { shape: search, from: 100, to: 3000, keep: [FAST], steps: 6, for: 1s }, journeys: [{ steps: [list] }], connections: 500, timeout: 2s }
phases: { warmUp: 500ms, baseline: 6s }
stop: none
rules: [SOME, TOO-MANY]
`;

test("the rate that a search found is a row of the verdict, and rules on what was promised", { timeout: 60_000 }, async () => {
  using world = newWorld();
  const folder = join(world.folder, "narrow");
  mkdirSync(folder);
  for (const [name, text] of [["server.mts", server], ["target.yaml", target], ["capacity.yaml", scenario]] as const) writeFileSync(join(folder, name), text);
  const file = join(folder, "capacity.yaml");
  const plan = await command(world, "plan", file, "--target", folder);
  expect(plan.stdout).toContain("load    crowd: search for the highest rate from 100/s to 3000/s that keeps FAST, in at most 6 steps of 1s; how many requests that makes is known afterwards only\n");
  const ran = await command(world, "run", file, "--target", folder, "--out", world.runs);
  expect(world.leftovers()).toEqual([]);
  const run = join(onlyRun(world), "capacity");
  const verdict = verdictSchema.parse(readJson(join(run, "verdict.json")));
  const events = [...openLog(join(run, "log")).events()];
  const steps = events.filter((event) => event.type === "search-step");
  const requests = events.filter((event) => event.type === "request");
  const ruling = (id: string): (typeof verdict.rulings)[number] | undefined => verdict.rulings.find(({ objective }) => objective === id);

  expect(verdict.incomplete).toBeNull();
  expect(verdict.generator.started + verdict.generator.dropped).toBe(verdict.generator.offered);
  // Each step sent its rate, to the request, in the time that counts.
  expect(steps.length).toBeGreaterThanOrEqual(1);
  for (const { ratePerSecond, fromUs, untilUs } of steps) {
    const sent = requests.filter(({ intendedUs }) => intendedUs >= fromUs && intendedUs < untilUs).length;
    expect(Math.abs(sent - (ratePerSecond * (untilUs - fromUs)) / 1e6)).toBeLessThanOrEqual(1);
  }
  const row = ruling("crowd/capacity");
  expect(row).toMatchObject({ kind: "capacity", status: "information", outcome: null, unit: "1/s" });
  // 400/s is all that the server can do; a queue of 0.3 s may have built up by the end of a step's 0.8 s. On a busy machine it does less, or the generator does.
  const value = row?.value ?? null;
  const [, broken = null] = row?.interval ?? [];
  expect(value ?? 0).toBeLessThan(600);
  for (const rate of [value, broken]) if (rate !== null) expect(steps.map(({ ratePerSecond }) => Math.round(ratePerSecond))).toContain(Math.round(rate));
  if (broken !== null) {
    expect(broken).toBeGreaterThan(value ?? Infinity);
    expect(row?.why).toMatch(/ did not \(FAST: [\d,]+ of [\d,]+ requests bad\), each at 95 % confidence; \d+ steps?\b.*, ended by /);
  }
  expect(ruling("SOME")).toMatchObject({ status: "ruled", value, interval: row?.interval });
  expect(ruling("SOME")?.outcome === "pass").toBe(value !== null && value >= 50);
  expect(ruling("TOO-MANY")).toMatchObject({ status: "ruled", value, interval: row?.interval });
  // No step went as high, so nothing shows that it holds.
  expect(ruling("TOO-MANY")?.outcome).toEqual(broken === null ? expect.stringMatching(/^(fail|inconclusive)$/) : "fail");
  expect(ran.code).toBe(verdict.exitCode);
  expect(ran.stdout).toContain("TOO-MANY");
});
