import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../base/spawned.fixture.ts";
import { syntheticRun, writeSyntheticRun } from "../judge/corpus/synthetic.fixture.ts";
import { scriptedHeader, scriptedStartUs } from "../sli/scripted/header.fixture.ts";
import { writeLog } from "../sli/scripted/store.fixture.ts";
import { writeOutputs } from "./outputs.ts";
import { createRun, existingRun, findRun, previousRun } from "./store.ts";

const id = "2026-11-20-1402-k3f";

const traversals: readonly string[] = [
  "..", ".", "", "/", "../outside", "../../outside", `${id}/../../outside`, `${id}/..`, `${id}/`, `./${id}`, `../store/${id}`,
  `${id}\n`, `${id}\u0000`, `${id}\u0000.log`, `${id} `, ` ${id}`, `..\\${id}`, "..%2foutside", "%2e%2e%2foutside", "2026-11-20-1402-K3F", "２026-11-20-1402-k3f",
  "2026-11-20-1402-k3f-more", "2026-11-20-1402-../", "-rf", "~/outside", "file:///etc", "$(id)", "/etc/passwd",
];

test("there are at least 25 payloads", () => {
  expect(traversals.length).toBeGreaterThanOrEqual(25);
});

test.each(traversals)("R34: %j is the id of no run", (name) => {
  using folder = temporaryFolder();
  const store = join(folder.path, "store");
  mkdirSync(join(store, id, "log"), { recursive: true });
  mkdirSync(join(folder.path, "outside", "log"), { recursive: true });
  expect(() => existingRun(store, name)).toThrow(expect.objectContaining({ code: "not-found" }));
  expect(existingRun(store, id)).toBe(join(store, id));
});

test.each(["folder", "log"])("R34: a run whose %s is a link is refused", (linked) => {
  using folder = temporaryFolder();
  const [store, outside] = [join(folder.path, "store"), join(folder.path, "outside")];
  mkdirSync(join(outside, "log"), { recursive: true });
  mkdirSync(linked === "folder" ? store : join(store, id), { recursive: true });
  symlinkSync(linked === "folder" ? outside : join(outside, "log"), linked === "folder" ? join(store, id) : join(store, id, "log"));
  const find = linked === "folder" ? (): string => findRun(id, store) : (): string => findRun(join(store, id), undefined);
  expect(find).toThrow(expect.objectContaining({ code: "not-allowed" }));
  expect(previousRun(store, { suite: "gate", target: "orders", stack: "embedded" })).toBe(null);
});

test("R34: ids are generated in the form that is looked for", () => {
  using folder = temporaryFolder();
  const { run, folder: made } = createRun(folder.path);
  expect(existingRun(folder.path, run)).toBe(made);
});

test.each(["report.html", "steady/verdict.json"])("R34: %s that is a link is not written through", (file) => {
  using folder = temporaryFolder();
  const [run, victim] = [join(folder.path, "run"), join(folder.path, "victim")];
  writeSyntheticRun(run);
  writeFileSync(victim, "precious");
  symlinkSync(victim, join(run, file));
  expect(() => writeOutputs(run)).toThrow(expect.objectContaining({ code: "not-allowed" }));
  expect(readFileSync(victim, "utf8")).toBe("precious");
});

test("R34: a scenario's folder that is a link is not written into", () => {
  using folder = temporaryFolder();
  const [run, outside] = [join(folder.path, "run"), join(folder.path, "outside")];
  writeSyntheticRun(outside);
  mkdirSync(run);
  symlinkSync(join(outside, "log"), join(run, "log"));
  symlinkSync(join(outside, "steady"), join(run, "steady"));
  expect(() => writeOutputs(run)).toThrow(expect.objectContaining({ code: "not-allowed" }));
  expect(existsSync(join(outside, "steady", "verdict.json"))).toBe(false);
});

test("R34: a log that names a scenario outside of its folder is not followed there", () => {
  using folder = temporaryFolder();
  const [run, outside] = [join(folder.path, "run"), join(folder.path, "outside")];
  writeSyntheticRun(outside);
  writeLog(join(run, "log"), [{ ...scriptedHeader(syntheticRun(), null), planned: ["../outside/steady"] }, { type: "end", at: scriptedStartUs + 1 }]);
  const { suite, scenarios } = writeOutputs(run);
  expect(scenarios).toEqual([]);
  expect([suite.outcome, existsSync(join(outside, "steady", "verdict.json"))]).toEqual(["inconclusive", false]);
});
