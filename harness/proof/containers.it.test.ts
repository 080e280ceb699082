/** The short form of `npm run proof:containers`: three kills of a run of the reference system on containers, where there is an engine with its images. */

import { expect, test } from "vitest";
import { findGround } from "./containers/ground.ts";
import { carryOutKillOnContainers, killsOnContainers, type KillOnContainers } from "./containers/kills.ts";

const ground = await findGround().catch(() => null);
/** About as long as a run takes on a machine that nobody else uses: none comes too late elsewhere. */
const lifeMs = 12_000;

test.skipIf(ground !== null)("without an engine that has the images, it is said what helps", async () => {
  await expect(findGround()).rejects.toMatchObject({ code: "stack-unavailable", hint: expect.stringMatching(/DOCKER_HOST|npm run images|start it|user/) });
});

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
  expect(await carryOutKillOnContainers(ground, kill)).toMatchObject({ left: "" });
});
