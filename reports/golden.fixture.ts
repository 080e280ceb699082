/** Golden files: `UPDATE=1 vitest run reports` rewrites them; look at the difference before committing it. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { codeRoot } from "../harness/base/entry.ts";

/** `name` is a path below `reports/`. */
export function expectGolden(name: string, text: string): void {
  const path = join(codeRoot, "reports", name);
  if (process.env["UPDATE"] === "1") {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(existsSync(path), `${name} is missing: run the test once with UPDATE=1`).toBe(true);
  expect(text).toBe(readFileSync(path, "utf8"));
}
