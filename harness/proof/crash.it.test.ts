/** The short form of the crash matrix: ten kills that fall inside boot, spawn, inject, heal and the end. The whole of it: `npm run test:crash`. */

import { expect, test } from "vitest";
import { carryOutKill } from "./crash/kill.ts";
import { describeAim, type Kill } from "./crash/schedule.ts";

const kills: readonly Kill[] = [
  { victim: "harness", system: "busy", aim: { at: "instant", afterMs: 1_000 } },
  { victim: "harness", system: "busy", aim: { at: "point", who: "supervisor", point: "run:written", nth: 1 } },
  { victim: "harness", system: "busy", aim: { at: "point", who: "supervisor", point: "spawning:written", nth: 3 } },
  { victim: "harness", system: "servers", aim: { at: "point", who: "supervisor", point: "started:before", nth: 5 } },
  { victim: "harness", system: "busy", aim: { at: "point", who: "supervisor", point: "lease:written", nth: 1 } },
  { victim: "harness", system: "busy", aim: { at: "point", who: "harness", point: "act:after", nth: 3 } },
  { victim: "harness", system: "busy", aim: { at: "point", who: "supervisor", point: "undone:before", nth: 1 } },
  { victim: "both", system: "busy", aim: { at: "point", who: "supervisor", point: "started:before", nth: 4 } },
  { victim: "both", system: "busy", aim: { at: "point", who: "supervisor", point: "undo:before", nth: 1 } },
  { victim: "all", system: "servers", aim: { at: "point", who: "supervisor", point: "started:written", nth: 5 } },
];

test.each(kills.map((kill) => [kill.victim, kill.system, describeAim(kill.aim), kill] as const))("R1, R2, R3: %s of %s killed %s: nothing is left", async (_victim, _system, _aim, kill) => {
  // How soon it is gone is a matter of the machine as well, and belongs to `npm run test:crash`.
  const { inside, left } = await carryOutKill(kill);
  expect(inside).not.toBeNull();
  expect(left).toBe("");
});
