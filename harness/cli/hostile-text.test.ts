import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { payloads } from "../../reports/hostile.fixture.ts";
import { writeHostileRun } from "../../reports/hostile-log.fixture.ts";
import { temporaryFolder } from "../base/spawned.fixture.ts";
import { rejudge } from "./rejudge.ts";
import { explainRun } from "./verbs/recorded.ts";

const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const steering = (text: string): string[] => text.split("\n").filter((line) => controls.test(line));

test("R31: an explanation shows hostile texts as text", () => {
  using folder = temporaryFolder();
  const objectives = ["ORD-07", "ORD-10", "ORD-14", "ORD-20"];
  for (let offset = 0; offset < payloads.length; offset += 6) {
    const run = join(folder.path, String(offset));
    writeHostileRun(run, offset);
    const texts = objectives.map((objective) => explainRun(run, objective, {}));
    expect(texts.flatMap(steering)).toEqual([]);
    expect(texts.join("").length).toBeGreaterThan(1000);
  }
});

test("R31: so does what a run is judged otherwise than before", () => {
  using folder = temporaryFolder();
  writeHostileRun(folder.path, 0);
  rejudge(folder.path);
  const path = join(folder.path, "suite.json");
  for (const payload of payloads) {
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('"outcome": "fail"', JSON.stringify({ outcome: payload }).slice(1, -1)));
    const { differences } = rejudge(folder.path);
    expect(differences).toContain("Judged otherwise than before:\n");
    expect(steering(differences)).toEqual([]);
  }
  writeFileSync(path, "{");
  expect(rejudge(folder.path).differences).toContain("suite.json was there and cannot be read");
});
