import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { enginePlaces } from "./places.ts";
import { privateEngine, stopPrivateEngine } from "./private-engine.ts";

test("only the process that was started with this pid file is ended; a stranger with its number is left alone", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-engine-"));
  const places = enginePlaces(folder.path);
  expect(await stopPrivateEngine(places)).toBe(false);
  writeFileSync(places.pidFile, String(process.pid));
  expect(await stopPrivateEngine(places)).toBe(false);
  const other = spawn(process.execPath, ["--eval", "process.stdin.resume()", "--", places.pidFile]);
  const gone = once(other, "exit");
  writeFileSync(places.pidFile, String(other.pid));
  expect(await privateEngine(places)).toBeNull();
  expect(await stopPrivateEngine(places)).toBe(true);
  expect(await gone).toEqual([null, "SIGTERM"]);
});

test("a folder whose socket would have too long a name is refused", () => {
  expect(() => enginePlaces(join("/", "x".repeat(100)))).toThrow(expect.objectContaining({ code: "cannot-write" }));
});
