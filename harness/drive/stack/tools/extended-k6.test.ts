import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { extendedK6Path } from "./extended-k6.ts";

test("another extension, or another version of one, is another k6", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-k6-"));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder.path, name), text);
    return name === "go.sum" ? extendedK6Path(folder.path) : "";
  };
  write("main.go", "package main");
  write("go.mod", "module a");
  const first = write("go.sum", "x v1");
  expect(extendedK6Path(folder.path)).toBe(first);
  expect(write("go.sum", "x v2")).not.toBe(first);
  write("main.go", "package main // more");
  expect(write("go.sum", "x v1")).not.toBe(first);
});

test("a folder that names none is refused with the file that is missing", () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-k6-"));
  expect(() => extendedK6Path(folder.path)).toThrow(expect.objectContaining({ code: "usage", message: expect.stringContaining("main.go cannot be read: ENOENT") }));
});
