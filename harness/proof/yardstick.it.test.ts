/** The action's overlay on two real folders: a pull request cannot move the yardstick that it is measured by. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../base/entry.ts";

const action = join(packageRoot, ".github", "actions", "roadworthy");
const actionSchema = z.object({ inputs: z.object({ yardstick: z.object({ default: z.string() }) }) });

it("takes objectives, suites and the allow file from the base", () => {
  using root = folders({
    "base/targets/shop/objectives.json": "strict",
    "base/scenarios/suites.ts": "all required",
    "base/chaos/suites/gate.yaml": "all required",
    "base/targets/shop/target.ts": "old code",
    "pull/targets/shop/objectives.json": "lax",
    "pull/targets/new/objectives.json": "of a new target",
    "pull/scenarios/suites.ts": "nothing required",
    "pull/targets/shop/target.ts": "new code",
    "pull/roadworthy.allow.yaml": "everything",
  });
  expect(overlay(root.path)).toBe(0);
  expect(root.read("pull/targets/shop/objectives.json")).toBe("strict");
  expect(root.read("pull/scenarios/suites.ts")).toBe("all required");
  expect(root.read("pull/chaos/suites/gate.yaml")).toBe("all required");
  expect(root.read("pull/targets/shop/target.ts")).toBe("new code");
  expect(root.read("pull/targets/new/objectives.json")).toBe("of a new target");
  expect(existsSync(join(root.path, "pull/roadworthy.allow.yaml"))).toBe(false);
});

it("keeps the base's allow file, and puts back what the pull request deleted", () => {
  using root = folders({ "base/roadworthy.allow.yaml": "two hosts", "base/chaos/objectives.yaml": "strict", "pull/roadworthy.allow.yaml": "everything" });
  expect(overlay(root.path)).toBe(0);
  expect(root.read("pull/roadworthy.allow.yaml")).toBe("two hosts");
  expect(root.read("pull/chaos/objectives.yaml")).toBe("strict");
});

/** Runs the action's script with the patterns that the action gives it; its exit code. */
function overlay(root: string): number | null {
  const patterns = actionSchema.parse(parse(readFileSync(join(action, "action.yml"), "utf8"))).inputs.yardstick.default;
  return spawnSync(join(action, "take-from-base.sh"), [join(root, "base"), join(root, "pull")], { input: patterns, encoding: "utf8" }).status;
}

function folders(texts: Record<string, string>): Disposable & { path: string; read: (file: string) => string } {
  const path = mkdtempSync(join(tmpdir(), "roadworthy-yardstick-"));
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return { path, read: (file) => readFileSync(join(path, file), "utf8"), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
