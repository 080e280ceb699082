/** The last clean-up: in which order, and what a command of the user's own that fails by then still means. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import type { CleanupResult, Project, Undo } from "../protocol.ts";
import { container, run, startFixtureEngine } from "./engine.fixture.ts";
import { clean } from "./sweep.ts";

async function cleaned(folder: string, code: string, { projects = [], ownStack }: { projects?: readonly Project[]; ownStack: boolean }): Promise<CleanupResult> {
  const undo: Undo = { do: "command", command: [process.execPath, "-e", code], workingFolder: folder, verify: null, ownStack };
  return await clean({ marks: { run, scratchFolder: join(folder, "scratch") }, pids: new Set(), folders: [], projects, undos: new Map([["a", undo]]), forgiving: true });
}

test("a command of the user's own is run while the containers that it heals are there", async () => {
  await using engine = await startFixtureEngine();
  using folder = temporaryFolder();
  engine.containers.set("healed", container());
  const look = JSON.stringify({ socketPath: engine.project.endpoint.replace("unix://", ""), path: "/containers/json" });
  const code = `require("node:http").get(${look}, (answer) => answer.pipe(require("node:fs").createWriteStream("seen")))`;
  expect(await cleaned(folder.path, code, { projects: [engine.project], ownStack: true })).toEqual({ complete: true, left: [] });
  expect(readFileSync(join(folder.path, "seen"), "utf8")).toContain('"Id":"healed"');
  expect(engine.containers.size).toBe(0);
});

test.each([
  { what: "R7: what was of the run's own stack is gone, so its command is tried once, whatever comes of it", ownStack: true, tries: 1 },
  { what: "R6: what somebody else runs is there still, so its command is tried until it heals", ownStack: false, tries: 2 },
])("$what", async ({ ownStack, tries }) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "tries");
  writeFileSync(path, "");
  const code = `const { appendFileSync, readFileSync } = require("node:fs"); appendFileSync("tries", "x"); process.exitCode = readFileSync("tries").length < 2 ? 1 : 0`;
  expect(await cleaned(folder.path, code, { ownStack })).toEqual({ complete: true, left: [] });
  expect(readFileSync(path, "utf8")).toHaveLength(tries);
});
