import { expect, test } from "vitest";
import type { SupervisorNotice } from "../../supervisor/protocol.ts";
import { processEvidence } from "./process-evidence.ts";

function watched(notices: readonly SupervisorNotice[]): ReturnType<typeof processEvidence> {
  const supervisor = {
    onNotice: (listener: (notice: SupervisorNotice) => void) => {
      for (const notice of notices) listener(notice);
      return { [Symbol.dispose]: () => {} };
    },
  };
  return processEvidence(supervisor, new Map([["api", ["api"]], ["worker", ["worker-1", "worker-2"]]]), (child) => (child === "worker-3" ? "worker" : null));
}

const started = (child: string, atUs: number): SupervisorNotice => ({ notice: "started", child, process: { pid: 7, startTicks: 7 }, atUs });
const printed = (child: string, atUs: number, line: string): SupervisorNotice => ({ notice: "output", child, stream: "out", line, atUs });

test("states: how each ended, how often it was started again; of a stranger nothing", async () => {
  using evidence = watched([
    started("api", 1),
    { notice: "exited", child: "api", pid: 7, ended: "SIGKILL", expected: false, atUs: 2 },
    { notice: "restarting", child: "api", afterMs: 1, atUs: 3 },
    started("api", 4),
    started("worker-1", 1),
    { notice: "exited", child: "worker-1", pid: 7, ended: "3", expected: false, atUs: 2 },
    started("load", 1),
    // There only since its node was scaled.
    started("worker-3", 5),
  ]);
  expect(await evidence.states(1)).toEqual([
    { node: "api", process: "api", state: "running", ended: "SIGKILL", outOfMemory: null, restarts: 1 },
    { node: "worker", process: "worker-1", state: "ended", ended: "3", outOfMemory: null, restarts: 0 },
    { node: "worker", process: "worker-3", state: "running", ended: null, outOfMemory: null, restarts: 0 },
  ]);
});

test("output: the first lines of the window and the last ones, and how many are between", async () => {
  using evidence = watched([printed("api", 5, "before"), ...Array.from({ length: 100 }, (_, index) => printed("api", 10 + index, `line ${index}`)), printed("worker-2", 500, "after")]);
  const [api, ...others] = await evidence.output({ fromUs: 10, toUs: 200 }, 1);
  expect(others).toEqual([]);
  expect(api).toMatchObject({ node: "api", process: "api", leftOut: { count: 60, after: 10, atLeast: false } });
  expect(api?.lines.map(({ line }) => line)).toEqual([...Array.from({ length: 10 }, (_, index) => `line ${index}`), ...Array.from({ length: 30 }, (_, index) => `line ${70 + index}`)]);
});

test("a flood is held within bounds, and what it pushed out is said to be missing", async () => {
  using evidence = watched(Array.from({ length: 5_000 }, (_, index) => printed("api", index, "x".repeat(2_000))));
  const [api] = await evidence.output({ fromUs: 0, toUs: 10_000 }, 1);
  expect(api?.lines).toHaveLength(30);
  expect(api?.lines.at(-1)?.at).toBe(4_999);
  expect(api?.leftOut?.atLeast).toBe(true);
  expect(api?.leftOut?.count).toBeLessThan(1_000);
});
