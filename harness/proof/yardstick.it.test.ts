/** The action's overlay on two real folders: a pull request cannot move the yardstick that it is measured by. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../base/entry.ts";
import { gitHubWorkflow, gitLabJob } from "../cli/init/draft/workflows.ts";
import { composeAllowance } from "../cli/input/allowed-targets.ts";

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

const allows = (name: string): string => `compose: { volumes: [{ name: ${name}, reason: a test bench }] }\n`;
const place = { folder: "chaos", target: "shop", format: "yaml", version: null };
const jobSchema = z.object({ jobs: z.object({ roadworthy: z.object({ steps: z.array(z.object({ run: z.string().optional() })) }) }) });
const gitLabSchema = z.object({ roadworthy: z.object({ script: z.array(z.string()) }) });

it.each([
  ["the action", "edits", (): string => "", overlay],
  ["the action", "deletes", (): string => "", overlay],
  ["GitHub's workflow", "edits", gitHubScript, runScript],
  ["GitHub's workflow", "deletes", gitHubScript, runScript],
  ["GitLab's job", "edits", gitLabScript, runScript],
  ["GitLab's job", "deletes", gitLabScript, runScript],
] as const)("%s: the base's allow file counts in a checkout of a pull request that %s it", async (_who, does, script, run) => {
  using root = folders({ "pull/roadworthy.allow.yaml": allows("base"), "pull/chaos/objectives.yaml": "strict" });
  const pull = join(root.path, "pull");
  const git = (...args: string[]): string => execFileSync("git", ["-C", pull, "-c", "user.name=test", "-c", "user.email=test@localhost", ...args], { encoding: "utf8" }).trim();
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", "base");
  const base = git("rev-parse", "HEAD");
  git("remote", "add", "origin", pull);
  for (const copy of [join(root.path, "base"), join(pull, ".roadworthy-base")]) execFileSync("git", ["clone", "-q", pull, copy]);
  if (does === "edits") writeFileSync(join(pull, "roadworthy.allow.yaml"), allows("stolen"));
  else rmSync(join(pull, "roadworthy.allow.yaml"));
  git("commit", "-q", "-a", "-m", "pull request");
  expect(run(root.path, script(), base)).toBe(0);
  expect((await composeAllowance(pull)).volumes.map(({ name }) => name)).toEqual(["base"]);
});

function gitHubScript(): string {
  return jobSchema.parse(parse(gitHubWorkflow(place))).jobs.roadworthy.steps.find(({ run }) => run?.includes(".roadworthy-base"))?.run ?? "";
}

function gitLabScript(): string {
  return gitLabSchema.parse(parse(gitLabJob(place))).roadworthy.script.find((line) => line.includes("DIFF_BASE_SHA")) ?? "";
}

/** As a job does, where the pull request is checked out. */
function runScript(root: string, script: string, base: string): number | null {
  return spawnSync("bash", ["-e", "-o", "pipefail", "-c", script], { cwd: join(root, "pull"), env: { ...process.env, CI_MERGE_REQUEST_DIFF_BASE_SHA: base } }).status;
}

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
