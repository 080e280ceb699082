/**
 * A process of `roadworthy load`. It is told its configuration, says that it is ready, and carries out one order after the other; each
 * ends with a line of results. A closed input or a signal ends the present order early, in order: its results are said all the same.
 */

import { runSpawned, type Parent } from "../../../base/spawned.ts";
import { every, nowUs } from "../../../base/time.ts";
import { guardOf } from "../../guard/guard.ts";
import { startEngine, type Engine } from "../engine.ts";
import { plainOrigin } from "../http/origin.ts";
import { practiceRatePerSecond, withPractice } from "../practice.ts";
import { aloneConfigSchema, orderSchema, type AloneConfig, type Order } from "./config.ts";
import { watchHealth, type HealthWatch } from "./health.ts";
import type { ReportLine, ResultLine } from "./report-line.ts";
import { prepareJourneys } from "./request.ts";
import { sourceOf } from "./source.ts";
import { Tally } from "./tally.ts";
import { wholeLoad } from "../threads.ts";

const progressIntervalMs = 1000;

await runSpawned(async (parent) => {
  const say = (line: ReportLine): void => parent.say(JSON.stringify(line));
  const first = await parent.next();
  if (first === undefined) return;
  const config = aloneConfigSchema.parse(first);
  const arrive = prepareJourneys(config);
  await practise(parent, config);
  say({ is: "ready" });
  for (let line = await parent.next(); line !== undefined; line = await parent.next()) {
    say(await carryOut(parent, { config, arrive, order: orderSchema.parse(line), say }));
  }
});

async function practise(parent: Parent, given: AloneConfig): Promise<void> {
  await withPractice(async (port, totalMs) => {
    const config = { ...given, origin: plainOrigin({ host: "127.0.0.1", port }), part: wholeLoad };
    const order: Order = { profile: { shape: "constant", rate: practiceRatePerSecond }, startAtUs: nowUs(), totalMs, countFromMs: 0 };
    await carryOut(parent, { config, arrive: prepareJourneys(config), order, say: () => undefined });
  });
}

interface Task {
  config: AloneConfig;
  arrive: ReturnType<typeof prepareJourneys>;
  order: Order;
  say: (line: ReportLine) => void;
}

async function carryOut(parent: Parent, task: Task): Promise<ResultLine> {
  const { order, config, say } = task;
  const countFromUs = order.startAtUs + order.countFromMs * 1000;
  const tally = new Tally({ countFromUs, badFromUs: config.badFromUs });
  using health = watchHealth(countFromUs);
  const engine = startLoad(task, tally, health);
  using _ticker = every(progressIntervalMs, () => {
    const { offered, completed, dropped, recent } = tally;
    say({ is: "progress", offered, completed, dropped, inFlight: engine.load().inFlight, recent: recent.portable(), lagP99Us: health.takeLagP99Us() });
    recent.clear();
  });
  const stop = (): void => engine.stop();
  parent.ended.addEventListener("abort", stop, { once: true });
  if (parent.ended.aborted) stop();
  const { started } = await engine.finished;
  parent.ended.removeEventListener("abort", stop);
  return { is: "result", tally: tally.portable(), health: health.read(), sent: started, ...engine.usage(), durationMs: Math.max(0, (nowUs() - countFromUs) / 1000) };
}

function startLoad({ config, order, arrive }: Task, tally: Tally, health: HealthWatch): Engine {
  const { profile, startAtUs, totalMs } = order;
  return startEngine({
    sources: [sourceOf(config, profile, arrive)],
    startAtUs,
    totalMs,
    guard: guardOf(config.allowed),
    record: (request, message) => tally.record(request, message),
    onLag: (lagUs) => health.onLag(lagUs),
  });
}
