/** A service whose truth is known: `node truth.ts '<script>'`. Prints its ports as one line of JSON, and does what its script says until SIGTERM. */

import { controlService } from "./control.ts";
import { Desk } from "./desk.ts";
import { diceOf } from "./dice.ts";
import { httpService } from "./http-service.ts";
import { Outages } from "./outages.ts";
import { parseScript } from "./script.ts";
import { placeKinds } from "./store/places.ts";
import { Stores } from "./store/stores.ts";
import { tcpService } from "./tcp-service.ts";
import { TruthLog } from "./truth-log.ts";

const script = parseScript(process.argv[2] ?? "{}");
const originNs = process.hrtime.bigint();
const clock = (): bigint => process.hrtime.bigint() - originNs;
const logs = new Map([...placeKinds, "service"].map((name) => [name, new TruthLog(clock)]));
const service = logs.get("service") ?? new TruthLog(clock);
// So that its times can be told from others of this machine.
service.note("begins", String(originNs));
const stores = new Stores(script, { clock, logs });
const outages = new Outages(diceOf(script.seed + placeKinds.length), service);
const deskFor = (number: number): Desk => new Desk(script, { dice: diceOf(script.seed + number), outages, log: service });
const http = httpService({ desk: deskFor(10), outages, stores, lyingHealth: script.lyingHealth }, script.ports.http);
const tcp = tcpService({ desk: deskFor(11), outages, stores, lyingHealth: script.lyingHealth }, script.ports.tcp);
const control = controlService({ outages, stores, logs }, script.ports.control);

const end = (): void => {
  outages.close();
  for (const port of [http, tcp, control]) port.close();
  process.exit(0);
};
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, end);
if (script.endsWithInput) process.stdin.once("end", end).resume();
await Promise.all([http.open(), tcp.open(), control.open()]);
for (const outage of script.outages) outages.order(outage);
process.stdout.write(`${JSON.stringify({ http: http.number, tcp: tcp.number, control: control.number })}\n`);
