import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../base/entry.ts";
import { mutated } from "./row.ts";
import { mutations } from "./rows.ts";

test.each(mutations)("$name can still be taken out, and its tests are there", (mutation) => {
  const text = readFileSync(join(packageRoot, mutation.file), "utf8");
  expect(mutated(mutation, text)).not.toBe(text);
  for (const file of mutation.tests) expect(existsSync(join(packageRoot, file)), file).toBe(true);
});

test("every row has a name of its own", () => {
  expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
});

test("a row that no longer fits its file says so", () => {
  const row = { name: "a guard", file: "x.ts", find: "guard()", replace: "", tests: [] };
  expect(() => mutated(row, "nothing")).toThrow(/"a guard": `guard\(\)` stands 0 times in x.ts/);
  expect(() => mutated(row, "guard(); guard()")).toThrow(/stands 2 times/);
});
