/**
 * R11: stop conditions, and the blast radius, end all faults. The breach is found in the log by folding it as the run does, so every instant here is one
 * that the run recorded. How soon after it they are over is a matter of the machine as well, and belongs to `npm run proof:stop`.
 *
 *   injected ──── evidence: answers, probes, gauges ──── breach ──▶ healed, all of them ········ planned end
 */

import { expect, test } from "vitest";
import { breachUs, cut, healingOf, holdMs, late, runStopped, stopCases, type Stopped } from "../stop/stopped-run.ts";

function expectStopped({ code, said, leftovers, stopped }: Stopped): void {
  expect(said).toContain("exit 3");
  expect(code).toBe(3);
  expect(leftovers).toEqual([]);
  expect(stopped).toMatchObject({ why: "condition" });
}

test.each(stopCases)("R11: $what ends all faults once it is breached, long before their planned end", { timeout: 120_000 }, async (one) => {
  const stopped = await runStopped(one);
  expectStopped(stopped);
  const breachedUs = breachUs(stopped);
  const injected = stopped.faults.flatMap((event) => (event.stage === "injected" ? [event] : []));
  expect(injected.map(({ id }) => id)).toEqual(one.begun);
  for (const { id, endedUs } of injected) {
    const healing = healingOf(stopped, id);
    expect(healing.beganUs, id).toBeGreaterThan(breachedUs);
    expect(healing.endedUs, id).toBeLessThan(endedUs + holdMs * 1000);
  }
});

test("a fault that would be one too many, because another took longer than planned, is not injected and ends the run", { timeout: 120_000 }, async () => {
  // The first one is held until it is felt, and nobody feels it before an answer has come five seconds late.
  const first = late.replace("hold: 60s", "hold: 500ms");
  const second = cut.replace("at: 200ms", "at: 1s");
  const stopped = await runStopped({ steps: [first, second], stop: "none", limits: "{ faultsAtOnce: 1 }" });
  expectStopped(stopped);
  const refused = stopped.faults.filter((event) => event.id === "cut");
  expect(refused).toMatchObject([{ stage: "failed" }]);
  const [failure] = refused;
  expect(failure?.stage === "failed" ? failure.why : "").toContain('with "late" there are 2 faults at once');
  // The first one was ended by it, and not because it had been felt.
  expect(stopped.faults.filter((event) => event.id === "late").map(({ stage }) => stage).slice(0, 2)).toEqual(["injected", "healing"]);
  expect(healingOf(stopped, "late").endedUs).toBeGreaterThan(failure?.at ?? Infinity);
});
