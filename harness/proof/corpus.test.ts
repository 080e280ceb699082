/** The saved runs of `judge/corpus/runs`: judged as when they were saved, here and elsewhere, and for every kind of outcome there is one. */

import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entryPath } from "../base/entry.ts";
import { temporaryFolder } from "../base/spawned.fixture.ts";
import { rejudge } from "../cli/rejudge.ts";
import { savedRunFolder, savedRuns, savedRunsFolder } from "../judge/corpus/saved-runs.fixture.ts";
import { judgeSuite } from "../judge/index.ts";
import { openLog, segmentPaths } from "../log/reader.ts";
import { appendEvents } from "../log/writer.ts";
import { digestsOfSavedRuns } from "./corpus/digests.ts";
import { compareSaved } from "./corpus/saved-verdicts.ts";

const mostBytes = 2.5 * 1024 * 1024;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

function logFoldersOf(name: string): string[] {
  return [...new Set(filesIn(savedRunFolder(name)).filter((path) => /\.(?:events|requests)$/.test(path)).map((path) => join(path, "..")))];
}

test.each(savedRuns)("%s is judged as when it was saved (else `npm run corpus` names what differs)", (name) => {
  expect(compareSaved(savedRunFolder(name))).toEqual({ differences: [], files: [] });
});

test("every saved run is on the list, and together they are small", () => {
  expect(readdirSync(savedRunsFolder).toSorted()).toEqual(savedRuns.toSorted());
  expect(filesIn(savedRunsFolder).reduce((sum, path) => sum + statSync(path).size, 0)).toBeLessThan(mostBytes);
});

test("there is one for every outcome, exit code, standing of a row, kind of objective and kind of record", () => {
  const judged = savedRuns.map((name) => judgeSuite(savedRunFolder(name)).suite);
  expect(new Set(judged.map(({ outcome }) => outcome))).toEqual(new Set(["pass", "fail", "inconclusive"]));
  expect(new Set(judged.map(({ exitCode }) => exitCode))).toEqual(new Set([0, 1, 2, 3, 4, 69, 130]));
  const rows = judged.flatMap(({ objectives }) => objectives);
  expect(new Set(rows.map(({ status, outcome }) => outcome ?? status))).toEqual(new Set(["pass", "fail", "inconclusive", "information", "not covered"]));
  const failed = new Set(rows.filter(({ outcome }) => outcome === "fail").map(({ indicator }) => indicator));
  for (const indicator of ["latency", "availability", "completion-time", "completion-errors", "completion-rate", "gauge", "fact", "probe-time", "ledger", "recovery-time", "health-lies", "unexpected-answers", "k6"]) {
    expect(failed, indicator).toContain(indicator);
  }
  const records = new Set(savedRuns.flatMap((name) => logFoldersOf(name).flatMap((folder) => [...openLog(folder).events()].map(({ type }) => type))));
  expect([...records]).toEqual(expect.arrayContaining(["boot", "cleanup", "completion", "end", "engine-end", "fact", "fault", "gauge", "generator", "link", "load-end", "phase", "probe", "process", "read-back", "read-back-failed", "request", "run", "stop", "write"]));
});

test("nothing in them says where they were made", () => {
  const places = /(?:\/(?:tmp|var|home|root|Users|work)\/|[A-Z]:\\)[^\s"']*/;
  const found = filesIn(savedRunsFolder).flatMap((path) => places.exec(readFileSync(path, "latin1"))?.[0] ?? []);
  expect(found).toEqual([]);
});

test("another time zone, language and folder give the same bytes in every output", { timeout: 60_000 }, () => {
  const elsewhere = { ...process.env, TZ: "Asia/Kathmandu", LC_ALL: "tr_TR.UTF-8", LANG: "de_DE.UTF-8", LANGUAGE: "ar" };
  const printed = execFileSync(process.execPath, [entryPath("harness/proof/corpus/digests")], { cwd: tmpdir(), env: elsewhere, encoding: "utf8", maxBuffer: 8 * 1024 * 1024 });
  const here = digestsOfSavedRuns();
  expect(JSON.parse(printed)).toEqual(here);
  expect(Object.keys(here).length).toBeGreaterThan(6 * savedRuns.length);
});

test("a saved run that is judged otherwise is named on the command line, and the new verdict is kept", () => {
  using folder = temporaryFolder();
  cpSync(savedRunFolder("pass-calm"), folder.path, { recursive: true });
  expect(rejudge(folder.path).differences).toBe("");
  const log = join(folder.path, "calm", "log");
  const last = Math.max(...[...openLog(log).events()].map(({ at }) => at));
  appendEvents(log, "harness", [{ type: "stop", at: last, why: "condition", code: "stopped", message: "gauge queue above 10" }]);
  const { differences } = rejudge(folder.path);
  expect(differences).toMatch(/^Judged otherwise than before:\n {2}ORD-01: was pass, is inconclusive: A stop condition ended the run: gauge queue above 10/);
  expect(differences).toContain('outcome was "pass", is "inconclusive"');
  expect(rejudge(folder.path).differences).toBe("");
  expect(segmentPaths(log)).toHaveLength(4);
});
