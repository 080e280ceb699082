import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gatesSeenRed, recordSeenRed, type Sighting } from "./gates-seen-red.ts";

let store = "";
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "roadworthy-seen-"));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

function sighting(part: Partial<Sighting>): Sighting {
  return { target: "shop", scenario: "steady", objective: "A-1", atUnixMs: 1_000, by: "broken/slow", run: "2026-01-01-0000-abc", ...part };
}

test("the newest sighting in the scenarios of the run counts, and only of its own target", () => {
  recordSeenRed(store, [sighting({}), sighting({ scenario: "outage", atUnixMs: 3_000, by: "broken/dead" }), sighting({ target: "other", atUnixMs: 9_000 })]);
  expect(gatesSeenRed(store, "shop", ["steady", "outage"])).toEqual([{ objective: "A-1", atUnixMs: 3_000, by: "broken/dead" }]);
  expect(gatesSeenRed(store, "shop", ["steady"])).toEqual([{ objective: "A-1", atUnixMs: 1_000, by: "broken/slow" }]);
  expect(gatesSeenRed(store, "shop", ["nowhere"])).toEqual([]);
});

test("a newer sighting takes the place of an older one, and others stay", () => {
  recordSeenRed(store, [sighting({}), sighting({ objective: "A-2" })]);
  recordSeenRed(store, [sighting({ atUnixMs: 5_000 })]);
  expect(gatesSeenRed(store, "shop", ["steady"])).toEqual([
    { objective: "A-1", atUnixMs: 5_000, by: "broken/slow" },
    { objective: "A-2", atUnixMs: 1_000, by: "broken/slow" },
  ]);
  expect(readdirSync(store)).toEqual(["gates-seen-red.json"]);
});

test("a store that is not there, a broken file and a link say that nothing was ever seen", () => {
  expect(gatesSeenRed(join(store, "nowhere"), "shop", ["steady"])).toEqual([]);
  const elsewhere = join(store, "elsewhere.json");
  recordSeenRed(store, [sighting({})]);
  writeFileSync(elsewhere, readFileSync(join(store, "gates-seen-red.json")));
  writeFileSync(join(store, "gates-seen-red.json"), "{");
  expect(gatesSeenRed(store, "shop", ["steady"])).toEqual([]);
  rmSync(join(store, "gates-seen-red.json"));
  symlinkSync(elsewhere, join(store, "gates-seen-red.json"));
  expect(gatesSeenRed(store, "shop", ["steady"])).toEqual([]);
  // Writing goes through no link either: what it leads to stays as it is.
  recordSeenRed(store, [sighting({ atUnixMs: 7_000 })]);
  expect(readFileSync(elsewhere, "utf8")).not.toContain("7000");
});

test("what cannot be written is said", () => {
  writeFileSync(join(store, "file"), "");
  expect(() => recordSeenRed(join(store, "file"), [sighting({})])).toThrow(/cannot write/);
  expect(existsSync(join(store, "gates-seen-red.json"))).toBe(false);
});
