import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { readDefinition } from "../definition-file.ts";
import { maxFileBytes, readDataFile } from "./data-file.ts";

const laughs = ["a: &a [x, x]", ...Array.from({ length: 20 }, (_, level) => `b${level}: &b${level} [*${level === 0 ? "a" : `b${level - 1}`}, *${level === 0 ? "a" : `b${level - 1}`}]`)].join("\n");
const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** What is written into the file, or how it is made instead, and what the error says. */
const bombs: readonly [string, string | ((path: string) => void), RegExp][] = [
  ["more than 1 MiB", `a: ${"x".repeat(maxFileBytes)}`, /larger than 1 MiB/],
  ["a billion laughs", laughs, /alias/i],
  ["an alias of itself", "a: &a [*a]", /alias/i],
  ["a merged alias", "%YAML 1.1\n---\na: &a {x: 1}\nb: {<<: *a}", /alias/i],
  ["51 levels", nested(51), /deeper than 50/],
  ["51 levels of maps", Array.from({ length: 51 }, (_, level) => `${" ".repeat(level)}a:`).join("\n") + " 1", /deeper than 50/],
  ["100,000 levels", nested(100_000), /cannot read/],
  ["100,000 keys, each compared with all others", `{${Array.from({ length: 100_000 }, (_, key) => `${key}: 1`).join(",")}}`, /longer than 2 s/],
  ["a file without an end", (path) => symlinkSync("/dev/zero", path), /is not a file/],
  ["a pipe that nobody writes to", (path) => execFileSync("mkfifo", [path]), /is not a file/],
  ["a folder", (path) => mkdirSync(path), /is not a file/],
];

test("there are at least 10 bombs", () => {
  expect(bombs.length).toBeGreaterThanOrEqual(10);
});

test.each(bombs)("R34: %s is refused", async (_title, content, says) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "scenario.yaml");
  if (typeof content === "string") writeFileSync(path, content);
  else content(path);
  await expect(readDataFile(path)).rejects.toMatchObject({ code: "usage", message: expect.stringMatching(says) });
});

test("R34: code is not larger than 1 MiB either, and is not run then", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "scenario.ts");
  writeFileSync(path, `throw new Error("it was run");\n//${"x".repeat(maxFileBytes)}`);
  await expect(readDefinition(path)).rejects.toThrow(/larger than 1 MiB/);
});

test("50 levels, 1 MiB and a key called __proto__ are read as they are", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "scenario.yaml");
  writeFileSync(path, nested(50));
  expect(JSON.stringify(await readDataFile(path))).toBe(nested(50));
  writeFileSync(path, `a: ${"x".repeat(maxFileBytes - 3)}`);
  expect(readFileSync(path)).toHaveLength(maxFileBytes);
  expect(await readDataFile(path)).toEqual({ a: "x".repeat(maxFileBytes - 3) });
  writeFileSync(path, "__proto__: { polluted: true }\nb: 1");
  const data = await readDefinition(path);
  expect(Object.keys(Object(data))).toEqual(["__proto__", "b"]);
  expect("polluted" in {}).toBe(false);
});
