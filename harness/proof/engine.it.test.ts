/** What there is decides what is to be seen: an engine that runs, none and no dockerd, or a private one that is started and ended here. */

import { execFile } from "node:child_process";
import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entryPath } from "../base/entry.ts";
import { versionAt } from "./engine/answers.ts";
import { machineEngine } from "./engine/machine-engine.ts";
import { enginePlaces } from "./engine/places.ts";

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function engine(folder: string, verb: string): Promise<Said> {
  const { promise, resolve } = Promise.withResolvers<Said>();
  execFile(process.execPath, [entryPath("harness/proof/engine"), verb, "--folder", folder], (error, out, err) => resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }));
  return await promise;
}

test("a private engine answers from its start to its end, and an engine of the machine is named instead", async () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), "roadworthy-engine-"));
  const own = enginePlaces(join(folder.path, "engine"));
  const running = await machineEngine();
  const started = await engine(own.folder, "start");
  if (running !== null) expect(started).toEqual({ code: 0, out: `DOCKER_HOST=${running.host}\n`, err: `engine ${running.version}, which was running\n` });
  else if (started.code !== 0) expect(started.err).toMatch(/^(?:tool-missing: there is no dockerd|not-allowed: only root)/);
  else {
    expect(started.out).toBe(`DOCKER_HOST=unix://${own.socket}\n`);
    const version = await versionAt(own.socket);
    expect(version).not.toBeNull();
    expect((await engine(own.folder, "start")).err).toBe(`engine ${version}, which was running\n`);
    expect(await engine(own.folder, "stop")).toMatchObject({ code: 0, err: "stopped\n" });
  }
  expect(await versionAt(own.socket)).toBeNull();
  expect((await engine(own.folder, "stop")).err).toBe("there was none to stop\n");
});
