/** Plays scripted outages on real sockets: the service of `targets/truth` goes down as ordered, and its own log says when it really did. */

import { usToMs } from "../../../base/duration.ts";
import { waitUntil, type InstantUs } from "../../../base/time.ts";
import type { JsonEvent, LogEvent } from "../../../log/event.ts";
import { RecoveryTracker } from "../../../sli/concepts/recovery.ts";
import { compareOutages, type OutageResult } from "../outages/outage-check.ts";
import { baselineMs, planOutages, warmUpMs, type OutagePlan } from "../outages/outage-plan.ts";
import { outageScript, outageLengthsMs, outageManners, outageRates, serviceMs, type OutageCell, type OutageScript, type Stretch } from "../outages/outage-script.ts";
import { serviceLines, startTruthService, type ServiceLine } from "./service-under-test.ts";
import { watch } from "./watched-run.ts";

const mostOutages = 3;
/** A generator that is so late, in the worst of its seconds, measures itself; the service says the same of its answers. */
const mostLagMs = 20;

interface Order {
  readonly beganUs: InstantUs;
  readonly endedUs: InstantUs;
}

/** The whole grid but 5 s of stall at the highest rate, where ten thousand requests would wait; every length, rate and manner flaps in some. */
export function socketScripts(seed: number): OutageScript[] {
  const cells = outageManners.flatMap((by, manner) =>
    outageRates.flatMap((ratePerSecond, rate) =>
      outageLengthsMs.flatMap((lengthMs, length): OutageCell[] => (ratePerSecond === 2000 && lengthMs === 5000 ? [] : [{ lengthMs, ratePerSecond, by, flapping: (manner + rate + length) % 2 === 0 }])),
    ),
  );
  return cells.map((cell, index) => socketScript(cell, seed + index));
}

/** The same cell, with fewer outages than in virtual time: these take their time. */
export function socketScript(cell: OutageCell, seed: number): OutageScript {
  const script = outageScript(cell, seed);
  return { ...script, outages: script.outages.slice(0, mostOutages) };
}

export interface SocketRun {
  /** What was measured against what the service's log says. */
  readonly results: readonly OutageResult[];
  /** Why it proves nothing: the machine was busy, as the service or the generator says of itself. */
  readonly disturbed: string | null;
}

export async function runOutages(script: OutageScript): Promise<SocketRun> {
  await using service = await startTruthService({ seed: script.seed, delays: [{ share: 1, ms: serviceMs }] });
  const plan = planOutages(script);
  const orders: Order[] = [];
  const { startAtUs, events } = await watch({
    ...plan,
    ports: { api: { main: service.ports.http } },
    meanwhile: async (startUs) => {
      for (const [index, stretches] of script.outages.entries()) {
        await waitUntil(injectedUs(startUs, plan, index));
        orders.push(await service.call("POST", "/outage", { by: script.cell.by, stretches }));
      }
    },
  });
  const lines = serviceLines((await service.call("GET", "/log/service")).text);
  const tracker = new RecoveryTracker(plan);
  for (const event of inOrder([...conducted(plan, startAtUs, orders), ...events])) tracker.step(event);
  const results = compareOutages({ ...script, outages: orders.map((order, index) => happened(lines, order, orders[index + 1])) }, tracker.read(), false);
  return { results, disturbed: disturbance(lines, events) };
}

function disturbance(lines: readonly ServiceLine[], events: readonly LogEvent[]): string | null {
  const late = lines.find(({ word }) => word === "late");
  if (late !== undefined) return `the service answered ${late.rest} ms late`;
  const lagMs = Math.max(0, ...events.map((event) => (event.type === "generator" ? Math.max(event.startLagP99Ms, event.eventLoopDelayP99Ms) : 0)));
  return lagMs > mostLagMs ? `the generator was ${lagMs.toFixed(1)} ms late` : null;
}

function injectedUs(startUs: InstantUs, { everyMs }: OutagePlan, index: number): InstantUs {
  return startUs + 1000 * (warmUpMs + baselineMs + index * everyMs);
}

/** The stretches as the service's log has them, in ms from the middle of the order. */
function happened(lines: readonly ServiceLine[], order: Order, next: Order | undefined): Stretch[] {
  const own = lines.filter(({ atUs }) => atUs >= order.beganUs && atUs < (next?.beganUs ?? Infinity));
  const injectedAtUs = (order.beganUs + order.endedUs) / 2;
  const downs = own.filter(({ word }) => word === "down").map(({ atUs }) => usToMs(atUs - injectedAtUs));
  const ups = own.filter(({ word }) => word === "up").map(({ atUs }) => usToMs(atUs - injectedAtUs));
  return downs.map((fromMs, index) => ({ fromMs, toMs: ups[index] ?? Infinity }));
}

/** What the harness itself would have written: phases, and each order as a fault with its two stamps. */
function conducted(plan: OutagePlan, startUs: InstantUs, orders: readonly Order[]): JsonEvent[] {
  const faultUs = startUs + 1000 * (warmUpMs + baselineMs);
  const endUs = startUs + 1000 * plan.totalMs;
  const phases: [InstantUs, JsonEvent & { type: "phase" }][] = [];
  const spans = [["warm-up", startUs, startUs + 1000 * warmUpMs], ["baseline", startUs + 1000 * warmUpMs, faultUs], ["fault", faultUs, endUs]] as const;
  for (const [name, beginUs, until] of spans) {
    phases.push([beginUs, { type: "phase", at: beginUs, name, edge: "begin" }], [until, { type: "phase", at: until, name, edge: "end" }]);
  }
  const faults = orders.flatMap(({ beganUs, endedUs }, index): JsonEvent[] => {
    const fault = { type: "fault", at: endedUs, id: `outage-${index}`, kind: "node-kill", on: "api" } as const;
    return [
      { ...fault, stage: "injected", beganUs, endedUs },
      { ...fault, stage: "felt", witness: { seen: true, what: "the service took the order" } },
      { ...fault, stage: "healed", beganUs: endedUs, endedUs },
    ];
  });
  return [...phases.map(([, event]) => event), ...faults];
}

/** By time; what comes at one time keeps its order. */
function inOrder(events: readonly LogEvent[]): LogEvent[] {
  return events.toSorted((a, b) => a.at - b.at);
}
