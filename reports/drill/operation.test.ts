import { expect, test } from "vitest";
import type { OperationRecord } from "../../harness/judge/verdict/schema.ts";
import { renderHtml } from "../html/page.ts";
import { operationText } from "./operation.ts";
import { sampleInput } from "../sample.fixture.ts";
import { renderTerminal } from "../terminal.ts";

const restore: OperationRecord = { id: "disaster", kind: "restore", on: "postgres", beganAtMs: 20_000, ended: true, tookMs: 4_000, bytes: 5 * 1024 * 1024, bytesPerSecond: 1.25 * 1024 * 1024, restoredAgeMs: 5_980, what: "pg_dump of app" };

test.each<[Partial<OperationRecord>, string]>([
  [{}, "restore of postgres: 5 MiB in 4 s (1.25 MiB/s), 5.98 s old at the fault; pg_dump of app"],
  [{ restoredAgeMs: null, bytes: null, bytesPerSecond: null }, "restore of postgres: in 4 s, of an age that is not known; pg_dump of app"],
  [{ kind: "back-up", bytes: 2_048, bytesPerSecond: 512 }, "back-up of postgres: 2 KiB in 4 s (0.000488 MiB/s); pg_dump of app"],
  [{ ended: false, what: "no\u001B such file" }, "restore of postgres failed after 4 s: no␛ such file"],
  [{ ended: null, tookMs: null }, "restore of postgres: the run ended before it did"],
])("%o", (change, expected) => {
  expect(operationText({ ...restore, ...change })).toBe(expected);
});

test("data size and restore rate stand in the terminal and in the page; back-ups that went well are folded away", () => {
  const sample = sampleInput();
  const backUp: OperationRecord = { ...restore, id: "newer", kind: "back-up", restoredAgeMs: null };
  const input = { ...sample, scenarios: sample.scenarios.map((scenario, index) => (index === 0 ? { ...scenario, verdict: { ...scenario.verdict, operations: [backUp, restore] } } : scenario)) };
  const said = renderTerminal(input, { color: false, width: 120, all: false });
  expect(said).toContain(" Drill   restore of postgres: 5 MiB in 4 s (1.25 MiB/s), 5.98 s old at the fault; pg_dump of app\n");
  expect(said).not.toContain("back-up of postgres");
  expect(renderTerminal(input, { color: false, width: 120, all: true })).toContain(" Drill   back-up of postgres: 5 MiB in 4 s (1.25 MiB/s)");
  expect(renderHtml(input)).toMatch(/restore <span class="soft">disaster on postgres, [\s\S]*>5 MiB<[\s\S]*>1\.25 MiB\/s<[\s\S]*>5\.98 s</);
  expect(renderHtml(sample)).not.toContain("MiB/s");
});
