/** A real stack of its own for the tests of one file. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { freshToken } from "../../base/random.ts";
import { timeoutSignal } from "../../base/time.ts";
import type { Target } from "../../scenario/target/target.ts";
import type { Supervisor } from "../supervisor/client.ts";
import { startSupervisor } from "../supervisor/connect.ts";
import { bootEmbedded } from "./embedded.ts";
import type { Stack } from "./stack.ts";

const bootWithinMs = 50_000;

/** Booted before the first test, ended after the last. What it gives is asked for in tests only. */
export function bootedStack(target: Target): () => Stack {
  const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
  let supervisor: Supervisor | null = null;
  let stack: Stack | null = null;
  beforeAll(async () => {
    const run = `${target.name}-${freshToken(8)}`;
    supervisor = await startSupervisor({ run, stateFolder });
    stack = await bootEmbedded(target, { supervisor, run, targetFolder: tmpdir(), proxyKind: "embedded", onProgress: () => {}, signal: timeoutSignal(bootWithinMs) });
  });
  afterAll(async () => {
    await supervisor?.close();
    rmSync(stateFolder, { recursive: true, force: true });
  });
  return () => {
    if (stack === null) throw new Error("asked for before it was booted");
    return stack;
  };
}
