import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entryPath } from "../../base/entry.ts";
import { ended, newWorld } from "./command.fixture.ts";

/** In a mount namespace of its own: mounts a small file system at argv[2], fills all but argv[3] KiB of it, and becomes the command. */
const onSmallDisk = `
  const { execFileSync } = require("node:child_process");
  const { mkdirSync, statfsSync, writeFileSync } = require("node:fs");
  const [, , place, freeKiB, ...command] = process.argv;
  mkdirSync(place, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", place]);
  const { bavail, bsize } = statfsSync(place);
  writeFileSync(place + "/ballast", Buffer.alloc(bavail * bsize - Number(freeKiB) * 1024));
  process.execve(process.execPath, [process.execPath, ...command], process.env);
`;

// 0 KiB: not even the header fits. 64 KiB: it fills up while the load runs.
test.each([0, 64])("R4: a disk with %i KiB left is one clear error, and nothing is left running", { timeout: 60_000 }, async (freeKiB) => {
  using world = newWorld();
  const script = join(world.folder, "small-disk.cjs");
  writeFileSync(script, onSmallDisk);
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const args = ["--mount", ...asRoot, process.execPath, script, world.runs, String(freeKiB)];
  const command = [entryPath("harness/cli/main"), "run", join(world.tiny, "cut.yaml"), "--target", world.tiny, "--out", world.runs];
  const child = spawn("unshare", [...args, ...command], { cwd: world.folder, env: world.environment, stdio: ["ignore", "pipe", "pipe"] });
  const { code, stderr } = await ended(child);
  expect(stderr).toContain("ENOSPC");
  expect(stderr).toContain("free some space");
  expect(code).toBe(74);
  expect(world.leftovers()).toEqual([]);
});

test("R4: a disk without room for the journal is one clear error, and nothing is started", { timeout: 60_000 }, async () => {
  using world = newWorld();
  const script = join(world.folder, "small-disk.cjs");
  writeFileSync(script, onSmallDisk);
  const asRoot = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const args = ["--mount", ...asRoot, process.execPath, script, world.environment["XDG_STATE_HOME"] ?? "", "0"];
  const command = [entryPath("harness/cli/main"), "run", join(world.tiny, "cut.yaml"), "--target", world.tiny, "--out", world.runs];
  const { code, stdout, stderr } = await ended(spawn("unshare", [...args, ...command], { cwd: world.folder, env: world.environment, stdio: ["ignore", "pipe", "pipe"] }));
  expect(stdout + stderr).toContain("cannot keep the journal of the run");
  expect(code).toBe(74);
  expect(world.leftovers()).toEqual([]);
});
