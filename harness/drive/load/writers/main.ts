/**
 * The process of a workload with `engine: ledger`: writers that store the ids of a ledger one after the other, without a service in between. It is
 * spoken to like that of another tool. Each write is a record, and in the ledger; one that found no connection was never sent, and is a record only.
 */

import { parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs } from "../../../base/time.ts";
import type { LedgerWorkload } from "../../../scenario/workload/engines.ts";
import type { StoreSpec } from "../../../scenario/target/ledger.ts";
import { guardOf, permittedAddress } from "../../guard/guard.ts";
import { Ledger } from "../../ledger/ledger.ts";
import { connectionsOf, prepareStore } from "../../ledger/stores/index.ts";
import type { StoreConnection, StoreDoor } from "../../ledger/stores/store.ts";
import { nodeAccess, nodeAddress } from "../../stack/address.ts";
import type { GuestConfig } from "../guest/config.ts";
import { runGuest, type GuestLoad } from "../guest/guest.ts";
import { startSelfCheck } from "../self-check.ts";
import { startWriter, type Turns } from "./writer.ts";

const opened: StoreConnection[] = [];

await runGuest(write, async (config) => {
  const { store, door } = await placeOf(config);
  await prepareStore(store, door);
  // The first connection of a process takes many times as long as the others.
  const connect = connectionsOf(store, door);
  for (let count = 0; count < workloadOf(config).writers; count += 1) opened.push(await connect());
});

async function write(load: GuestLoad): Promise<void> {
  const { config } = load;
  const workload = workloadOf(config);
  const { store, door } = await placeOf(config);
  const ledger = new Ledger({ name: workload.ledger, id: ledgerOf(config).id, run: config.run, journal: (event) => load.write(event) });
  const connect = connectionsOf(store, door);
  const route = load.routeNames.indexOf(workload.name);
  let inFlight = 0;
  {
    using _selfCheck = startSelfCheck({ write: (event) => load.write(event.type === "generator" ? { ...event, of: workload.name } : event), load: () => ({ connections: workload.writers, inFlight }) });
    const startUs = nowUs();
    const writers = opened.map(async (connection, index) => {
      const turns = turnsOf(workload, startUs, index);
      await startWriter({ connection, connect, turns, ledger, over: load.over, untilUs: load.untilUs, record: (request) => load.record({ route, ...request }), onFlight: (change) => (inFlight += change) });
    });
    await Promise.all(writers);
  }
  const end = { exitCode: 0, wasStopped: load.over.aborted, said: "", clockShiftMs: null, checks: { passed: 0, failed: 0 }, thresholds: [] };
  load.write({ type: "engine-end", at: nowUs(), workload: workload.name, engine: "ledger", version: `ledger of ${store.kind}`, ...end });
}

/** The writes are due evenly, and the writers take turns; null: each whenever it can. */
function turnsOf({ rate, writers }: LedgerWorkload, startUs: number, index: number): Turns {
  if (rate === undefined) return null;
  const gapUs = 1_000_000 / rate;
  return { firstUs: startUs + index * gapUs, everyUs: writers * gapUs };
}

function workloadOf({ workload }: GuestConfig): LedgerWorkload {
  if (workload.engine !== "ledger") throw new RoadworthyError("usage", `workload ${workload.name} is not for a ledger`, { hint: "start the process of its engine" });
  return workload;
}

function ledgerOf(config: GuestConfig): GuestConfig["target"]["ledgers"][string] {
  const { ledger, name } = workloadOf(config);
  const found = config.target.ledgers[ledger];
  if (found === undefined) throw new RoadworthyError("scenario-invalid", `there is no ledger "${ledger}"`, { hint: "name a ledger of the target", where: name });
  return found;
}

async function placeOf(config: GuestConfig): Promise<{ store: StoreSpec; door: StoreDoor }> {
  const { store } = ledgerOf(config);
  if (store === undefined) throw new RoadworthyError("scenario-invalid", `ledger "${workloadOf(config).ledger}" has no store`, { hint: "give it a `store`" });
  const { at } = store;
  const guard = guardOf(config.allowed);
  const link = "link" in at ? config.addresses.links[at.link] : undefined;
  if ("link" in at && link === undefined) throw new RoadworthyError("target-invalid", `there is no link "${at.link}"`);
  // Over a link it is the service that writes, so it does not come from the address of our own checks.
  const address = "node" in at ? nodeAddress(config.addresses, at.node, at.port) : { host: link?.host ?? "", port: link?.port ?? 0 };
  const access = nodeAccess(config.addresses, "node" in at ? at.node : (link?.to ?? ""));
  const host = await permittedAddress(address, guard);
  return { store, door: { address: { host, port: address.port }, access, guard, timeoutMs: parseDurationMs(workloadOf(config).timeout) } };
}
