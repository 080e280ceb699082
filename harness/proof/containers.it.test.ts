/** The short form of `npm run proof:containers`: three kills of a run of the reference system on containers, and a lost engine, where there is one with its images. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { findGround } from "./containers/ground.ts";
import { appearedLate, carryOutKillOnContainers, killsOnContainers, type KilledRun, type KillOnContainers } from "./containers/kills.ts";
import { startLiveRun } from "./containers/live-run.ts";
import { lose } from "./containers/loss.ts";
import { startRelay } from "./containers/relay.ts";
import { newWorld } from "./end-to-end/command.fixture.ts";

const ground = await findGround().catch(() => null);
/** About as long as a run takes on a machine that nobody else uses: none comes too late elsewhere. */
const lifeMs = 12_000;

test("without an engine it is said what helps", async () => {
  await expect(findGround("unix:///nowhere/engine.sock")).rejects.toMatchObject({ code: "stack-unavailable", hint: expect.stringMatching(/DOCKER_HOST/) });
});

const done: KilledRun[] = [];

/** One of each kind, from the seed of the whole proof. */
function kills(): KillOnContainers[] {
  const chosen = new Map<string, KillOnContainers>();
  for (const kill of killsOnContainers(1, lifeMs)) {
    if (!chosen.has(kill.victim)) chosen.set(kill.victim, kill);
    if (chosen.size === 3) break;
  }
  return [...chosen.values()];
}

test.skipIf(ground === null).each(kills().map((kill) => [kill.victim, Math.round(kill.afterMs), kill] as const))("R1, R2: on containers, %s killed after %i ms: nothing is left on the engine", async (_victim, _afterMs, kill) => {
  if (ground === null) return;
  // How soon it is gone is a matter of the machine as well, and belongs to `npm run proof:containers`.
  const killed = await carryOutKillOnContainers(ground, kill);
  expect(killed).toMatchObject({ left: "" });
  if (killed !== null) done.push(killed);
});

test.skipIf(ground === null)("R6: an engine that says nothing for a while, in the middle of faults: inconclusive with that reason, nothing fails, and nothing is left", async () => {
  if (ground === null) return;
  const world = newWorld();
  await using relay = await startRelay(join(world.folder, "engine.sock"), ground.endpoint.replace(/^unix:\/\//, ""));
  using run = startLiveRun(ground, relay.endpoint, world);
  // Longer than it is waited for.
  const outage = { what: "silence", at: "fault pause injected", lastsMs: 7_000, begin: async () => relay.pause(), end: () => relay.back() };
  const loss = await lose(run, outage, ground.endpoint);
  expect(loss).toMatchObject({ outcome: "inconclusive", why: expect.stringMatching(/^engine-lost: .*does not answer/), failed: [], healed: 0, left: "" });
  expect(loss.exitCode).toBe(loss.cleanedUp ? 2 : 4);
});

test.skipIf(ground === null)("R1: and nothing that a killed Compose had asked for has appeared since", async () => {
  if (ground === null) return;
  expect(done).toHaveLength(3);
  expect(await appearedLate(ground, done)).toBe("");
});
