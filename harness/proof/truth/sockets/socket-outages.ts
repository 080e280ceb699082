/** Plays scripted outages on real sockets: the service of `targets/truth` goes down as ordered, and its own log says when it really did. */

import { usToMs } from "../../../base/duration.ts";
import { waitUntil, type InstantUs } from "../../../base/time.ts";
import { FactsFold } from "../../../judge/facts/scenario-facts.ts";
import { distrust } from "../../../judge/facts/trust.ts";
import type { JsonEvent, LogEvent } from "../../../log/event.ts";
import { RecoveryTracker } from "../../../sli/concepts/recovery.ts";
import { compareOutages, type OutageResult } from "../outages/outage-check.ts";
import { baselineMs, planOutages, warmUpMs, type OutagePlan } from "../outages/outage-plan.ts";
import { outageScript, outageLengthsMs, outageManners, outageRates, serviceMs, type OutageCell, type OutageScript, type Stretch } from "../outages/outage-script.ts";
import { serviceLines, startTruthService, type ServiceLine } from "./service-under-test.ts";
import { watch } from "./watched-run.ts";

const mostOutages = 3;
/** Where runs go one by one. */
const mostAtHighRate = 2;
const highRate = 2000;
/** Coarser than the degraded limit, by which a stall is over before its end: see README. */
const probeEveryMs = 100;

/** Its two stamps. */
export interface Order {
  readonly beganUs: InstantUs;
  readonly endedUs: InstantUs;
}

/** The whole grid but 5 s of stall at the highest rate, where ten thousand requests would wait; every length, rate and manner flaps in some. */
export function socketScripts(seed: number): OutageScript[] {
  const cells = outageManners.flatMap((by, manner) =>
    outageRates.flatMap((ratePerSecond, rate) => outageLengthsMs.map((lengthMs, length): OutageCell => ({ lengthMs, ratePerSecond, by, flapping: (manner + rate + length) % 2 === 0 }))),
  );
  const bearable = cells.filter(({ by, ratePerSecond, lengthMs }) => by !== "stall" || ratePerSecond * lengthMs < 10_000_000);
  return bearable.map((cell, index) => socketScript(cell, seed + index));
}

/** The same cell, with fewer outages than in virtual time: these take their time. The degraded limit is left to the baseline, as most scenarios do. */
export function socketScript(cell: OutageCell, seed: number): OutageScript {
  const script = outageScript(cell, seed, { degradedLimitMs: null, probeEveryMs });
  return { ...script, outages: script.outages.slice(0, cell.ratePerSecond < highRate ? mostOutages : mostAtHighRate) };
}

/** What both sides wrote down of a run. */
export interface SocketPlay {
  readonly script: OutageScript;
  readonly plan: OutagePlan;
  readonly startAtUs: InstantUs;
  readonly orders: readonly Order[];
  /** The harness's log, by time. */
  readonly log: readonly LogEvent[];
  /** The service's own. */
  readonly lines: readonly ServiceLine[];
}

export async function playOutages(script: OutageScript): Promise<SocketPlay> {
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
  const log = [...conducted(plan, startAtUs, orders), ...events].toSorted((a, b) => a.at - b.at);
  return { script, plan, startAtUs, orders, log, lines: serviceLines((await service.call("GET", "/log/service")).text) };
}

/** Why the judge would believe no recovery time of this run, by its own rule about the load generator, the baseline and the log: whatever was measured. */
export function distrustOf({ plan: { header, scenario }, startAtUs, log }: SocketPlay): string | null {
  const facts = new FactsFold({ ...header, at: startAtUs }, scenario);
  for (const event of log) facts.step(event);
  return distrust(facts.read({ complete: true, problems: [] }), scenario, { kind: "recovery-time", phase: "all" }).ofPass;
}

/** What was measured against what the service's log says. */
export function comparePlay({ script, plan, orders, log, lines }: SocketPlay): OutageResult[] {
  const tracker = new RecoveryTracker(plan);
  for (const event of log) tracker.step(event);
  return compareOutages({ ...script, outages: orders.map((order, index) => happened(lines, order, orders[index + 1])) }, tracker.read(), false);
}

/** How late the latest answer was by the service's own log; null when all were as scripted. */
export function latestAnswerMs({ lines }: Pick<SocketPlay, "lines">): number | null {
  const late = lines.filter(({ word }) => word === "late").map(({ rest }) => Number(rest));
  return late.length === 0 ? null : Math.max(...late);
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
