import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "../log/reader.ts";
import { checkCuts } from "./cuts/check.ts";
import { passingRuns } from "./cuts/passing-runs.ts";

test("R16, R24: a run whose log is cut, damaged or short of a segment never passes (`npm run proof:cuts` cuts at every byte)", { timeout: 30_000 }, () => {
  const { whole, read, judged, wrong } = checkCuts({ every: 2999, judgeOneIn: 8 });
  expect(wrong).toEqual([]);
  expect(whole).toEqual(["pass", "pass"]);
  expect(read).toBeGreaterThan(300);
  expect(judged).toBeGreaterThan(60);
});

test("the runs that are cut hold every kind of record that a passing one can", () => {
  using root = mkdtempDisposableSync(join(tmpdir(), "roadworthy-cuts-"));
  const kinds = new Set(passingRuns.flatMap(({ name, write }) => write(join(root.path, name)).flatMap((log) => [...openLog(join(root.path, name, log)).events()].map(({ type }) => type))));
  const all = ["run", "phase", "boot", "process", "output", "fault", "link", "processor-use", "quiesced", "cleanup", "end", "engine-end", "load-ready", "replay", "load-end", "generator", "request-errors", "write", "probe", "completion", "gauge", "read-back", "fact", "request", "steady-state", "return-to-baseline"];
  expect([...kinds].toSorted()).toEqual(all.toSorted());
});
