/** The house rules as a test. What each rule catches is shown in proof/tidy/rules/rules.test.ts. */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "./base/entry.ts";
import { exempt } from "./proof/tidy/exemptions.ts";
import { readProject } from "./proof/tidy/project.ts";
import { generators, rules } from "./proof/tidy/rules/index.ts";
import { updatedTables } from "./proof/tidy/rules/tables.ts";

if (process.env["UPDATE"] === "1") {
  for (const [path, text] of updatedTables(readProject(packageRoot), generators)) writeFileSync(join(packageRoot, path), text);
}

const project = readProject(packageRoot);
const lockPath = join(packageRoot, "package-lock.json");
const lock = existsSync(lockPath) ? readFileSync(lockPath, "utf8") : undefined;

it.each(rules)("$name: $says", { timeout: 30_000 }, ({ name, check }) => {
  const findings = exempt(name, project, check(project, lock));
  const complaints = findings.map(({ file, line, problem, instead }) => `${file}${line > 0 ? `:${line}` : ""} ${problem} → ${instead}`);
  expect(complaints.join("\n")).toBe("");
});
