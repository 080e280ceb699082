/**
 * The probe process: probes, completions and gauges at fixed rates, apart from the load. It is given the path of its configuration,
 * says `ready`, and is told in lines: `{"startAtUs": …}`; `{"readBack": true}`, to which it says `read-back-done`; `{"stop": true}`.
 */

import { readFileSync } from "node:fs";
import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import { runSpawned, type Parent } from "../../base/spawned.ts";
import { timeoutSignal } from "../../base/time.ts";
import type { ProbeEvent } from "../../log/event.ts";
import { openEventWriter } from "../../log/writer.ts";
import type { ProbeSpec } from "../../scenario/target/probe.ts";
import { guardOf, permittedAddress } from "../guard/guard.ts";
import type { Address } from "../stack/address.ts";
import { runQuery } from "../stack/query.ts";
import { watchCompletion } from "./completions.ts";
import { probeConfigSchema, probeLineSchema, type ProbeConfig, type ProbeLine } from "./config.ts";
import { watchGauge } from "./gauges.ts";
import { placeOf, type ProbePlace } from "./layers/check.ts";
import { look } from "./layers/index.ts";
import { startProbing } from "./probing.ts";
import { readBack } from "./read-back.ts";
import { startComplaints, type Ask } from "./source.ts";

await runSpawned(async (parent) => {
  const config = probeConfigSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")));
  using events = openEventWriter(config.logFolder, "probe", { onError: parent.fail, secrets: config.secrets });
  const write = (event: ProbeEvent): void => events.write(event);
  const places = await placesOf(config);
  const ask: Ask = async (query, limits) => await runQuery(query, config.addresses, { ...limits, guard: guardOf(config.allowed) });
  await Promise.all(Object.entries(config.probes).map(async ([name, spec]) => await warmUp(spec, places.get(name))));
  events.sync();
  parent.say("ready");
  const line = await nextLine(parent);
  if (line === null || !("startAtUs" in line)) return;
  using complaints = startComplaints(write);
  await using watching = new AsyncDisposableStack();
  const source = { startAtUs: line.startAtUs, write, complain: complaints.complain, ask };
  for (const [name, spec] of Object.entries(config.probes)) {
    const place = places.get(name);
    if (place !== undefined) watching.use(startProbing({ ...source, name, spec, place }));
  }
  for (const [name, spec] of Object.entries(config.completions)) watching.use(watchCompletion({ ...source, name, spec }));
  for (const [name, spec] of Object.entries(config.gauges)) watching.use(watchGauge({ ...source, name, spec }));
  await converse(parent, { ask, write, target: config, sync: () => events.sync() });
});

/** Does what it is told until it is told to stop, or nobody is there to tell it. */
async function converse(parent: Parent, options: Parameters<typeof readBack>[0] & { sync: () => void }): Promise<void> {
  for (let line = await nextLine(parent); line !== null && !("stop" in line); line = await nextLine(parent)) {
    if (!("readBack" in line)) throw new RoadworthyError("usage", "the probe process was started twice", { hint: "send the start once" });
    await readBack(options);
    options.sync();
    parent.say("read-back-done");
  }
}

async function nextLine(parent: Parent): Promise<ProbeLine | null> {
  const line = await parent.next();
  if (line === undefined) return null;
  const known = probeLineSchema.safeParse(line);
  if (!known.success) throw new RoadworthyError("usage", "the probe process was told something that it does not know", { hint: "send startAtUs, readBack or stop" });
  return known.data;
}

/** One look that is not recorded: the first one of a process takes many times as long as those after it. */
async function warmUp(spec: ProbeSpec, place: ProbePlace | undefined): Promise<void> {
  if (place === undefined) return;
  try {
    await look(spec, place, timeoutSignal(parseDurationMs(spec.timeout)));
  } catch (error) {
    // A target that is not well is what the probes are there to record; a probe that cannot be made is an error now.
    if (error instanceof RoadworthyError) throw error;
  }
}

/** Where each probe looks; names are looked up once. */
async function placesOf(config: ProbeConfig): Promise<Map<string, ProbePlace>> {
  const guard = guardOf(config.allowed);
  const places = Object.entries(config.probes).map(async ([name, spec]): Promise<[string, ProbePlace]> => {
    const { address, access } = placeOf(spec, config.addresses);
    const pinned: Address = { host: await permittedAddress(address, guard), port: address.port, from: address.from };
    return [name, { address: pinned, access, guard }];
  });
  return new Map(await Promise.all(places));
}
