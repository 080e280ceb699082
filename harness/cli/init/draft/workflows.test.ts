import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { gitHubWorkflow, gitLabJob } from "./workflows.ts";

const place = { folder: "ops/chaos", target: "shop", format: "yaml", version: "1.2.3" };
const gitHub = z.object({
  permissions: z.record(z.string(), z.string()),
  jobs: z.object({ roadworthy: z.object({ steps: z.array(z.object({ uses: z.string().optional(), run: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() })) }) }),
});
const gitLab = z.object({ roadworthy: z.object({ script: z.array(z.string()), artifacts: z.object({ when: z.string(), reports: z.object({ junit: z.string() }) }) }) });

test("on GitHub it may only read, its actions are pinned, and no outside text gets into a script", () => {
  const { permissions, jobs } = gitHub.parse(parse(gitHubWorkflow(place)));
  const { steps } = jobs.roadworthy;
  expect(permissions).toEqual({ contents: "read" });
  expect(steps.flatMap(({ uses }) => uses ?? []).filter((uses) => !/@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  expect(steps.flatMap(({ run }) => run ?? []).filter((run) => run.includes("${{"))).toEqual([]);
  expect(steps.filter(({ uses }) => uses?.includes("checkout")).map((step) => step.with?.["persist-credentials"])).toEqual([false, false]);
});

test.each([
  ["GitHub", gitHubWorkflow(place), gitHubWorkflow({ ...place, version: null })],
  ["GitLab", gitLabJob(place), gitLabJob({ ...place, version: null })],
])("%s runs the suites of the folder, with the version that the lock file holds or else this one", (_title, text, locked) => {
  expect(text).toContain('npx --no roadworthy suite "./ops/chaos/suites/$SUITE.yaml" --target ./ops/chaos/shop');
  expect(text).toContain("npm install --no-save --no-audit --no-fund roadworthy@1.2.3");
  expect(locked).toContain("npm ci --no-audit --no-fund");
  expect(locked).not.toContain("roadworthy@");
});

test("on GitLab the yardstick is that of the base as well, and the verdict is kept when it is red", () => {
  const { roadworthy } = gitLab.parse(parse(gitLabJob(place)));
  expect(roadworthy.artifacts).toEqual({ when: "always", reports: { junit: "roadworthy-runs/*/junit.xml" } });
  expect(roadworthy.script.findIndex((line) => line.includes("CI_MERGE_REQUEST_DIFF_BASE_SHA"))).toBeLessThan(roadworthy.script.findIndex((line) => line.includes("roadworthy suite")));
});
