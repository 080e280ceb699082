import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RoadworthyError } from "../../base/error.ts";
import { dice, integerBetween } from "../../base/random.ts";
import { writeSyntheticRun } from "../corpus/synthetic.fixture.ts";
import { judgeSuite } from "./suite.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roadworthy-judge-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a log that is cut at any byte never passes", () => {
  const whole = join(folder, "whole");
  const cut = join(folder, "cut");
  writeSyntheticRun(whole);
  const segments = ["log", "steady/log", "store-outage/log"].flatMap((log) => readdirSync(join(whole, log)).map((name) => `${log}/${name}`));
  for (const segment of segments) {
    mkdirSync(join(cut, segment, ".."), { recursive: true });
    copyFileSync(join(whole, segment), join(cut, segment));
  }
  expect(judgeSuite(cut).suite.outcome).toBe("pass");
  const roll = dice(7, "bytes");
  for (let round = 0; round < 60; round += 1) {
    const segment = segments[round % segments.length] ?? "";
    const { size } = statSync(join(whole, segment));
    truncateSync(join(cut, segment), round < segments.length ? size - 1 : integerBetween(roll, 0, size - 1));
    expect(outcomeOf(cut), `${segment} cut`).not.toBe("pass");
    copyFileSync(join(whole, segment), join(cut, segment));
  }
});

function outcomeOf(run: string): string {
  try {
    return judgeSuite(run).suite.outcome;
  } catch (error) {
    if (error instanceof RoadworthyError) return error.code;
    throw error;
  }
}
