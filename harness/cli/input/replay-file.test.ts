import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { parseScenario } from "../../scenario/parse.ts";
import type { ScenarioDefinition } from "../../scenario/scenario.ts";
import { byEngine } from "../../scenario/workload/workload.ts";
import { withReplayFiles } from "./replay-file.ts";

const replayOf = (file: string): ScenarioDefinition =>
  parseScenario({ name: "night", title: "A night", target: "shop", workloads: [{ name: "log", profile: { shape: "replay", file } }], phases: { warmUp: "1s", baseline: "1s" }, stop: "none", rules: ["S-1"] });

function fileIn(definition: ScenarioDefinition): string | null {
  const profile = byEngine(definition.workloads).own[0]?.profile;
  return profile?.shape === "replay" ? profile.file : null;
}

describe("R34: the file of a replay", () => {
  it("counts from the folder of the definition, and may be in a folder below", () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "logs"));
    for (const file of ["a.csv", "logs/a.csv"]) {
      writeFileSync(join(folder.path, file), "0,home\n");
      expect(fileIn(withReplayFiles(replayOf(file), folder.path))).toMatch(new RegExp(`^/.*/${file.replace(".", "\\.")}$`));
    }
    // What is whole already stays as it is, where it lies within.
    const whole = fileIn(withReplayFiles(replayOf("a.csv"), folder.path)) ?? "";
    expect(fileIn(withReplayFiles(replayOf(whole), folder.path))).toBe(whole);
  });

  it.each(["../outside.csv", "/etc/hostname", "logs/../../outside.csv", "."])("is not %j, which lies elsewhere", (file) => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "inner"));
    writeFileSync(join(folder.path, "outside.csv"), "0,home\n");
    expect(() => withReplayFiles(replayOf(file), join(folder.path, "inner"))).toThrow(expect.objectContaining({ code: "not-allowed", message: expect.stringContaining('workload "log" of scenario "night"') }));
  });

  it("is not reached through a link, whether the file is one or a folder on the way", () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "inner"));
    mkdirSync(join(folder.path, "outside"));
    writeFileSync(join(folder.path, "outside", "a.csv"), "0,home\n");
    symlinkSync(join(folder.path, "outside", "a.csv"), join(folder.path, "inner", "link.csv"));
    symlinkSync(join(folder.path, "outside"), join(folder.path, "inner", "linked"));
    for (const file of ["link.csv", "linked/a.csv"]) {
      expect(() => withReplayFiles(replayOf(file), join(folder.path, "inner"))).toThrow(expect.objectContaining({ code: "not-allowed", message: expect.stringContaining("is a symbolic link") }));
    }
  });

  it("is there", () => {
    using folder = temporaryFolder();
    expect(() => withReplayFiles(replayOf("gone.csv"), folder.path)).toThrow(expect.objectContaining({ code: "not-found" }));
  });
});
