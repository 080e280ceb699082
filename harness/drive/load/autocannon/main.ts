/**
 * The process of a workload that autocannon sends, for the one question that it answers well: how fast can it go (closed model). Never its rate
 * mode, whose correction of omitted samples mixes units. Without a rate it corrects nothing (autocannon 9.0.0, lib/run.js:243: `if (rate && !opts.ignoreCoordinatedOmission)`) and refuses
 * `ignoreCoordinatedOmission` (lib/validate.js:152: "makes no sense without connectionRate or overallRate"), so that option is not given. Its
 * connections are followed one by one, so that each request is a record of its own and autocannon's own figures are of no use to anybody.
 */

import autocannon from "autocannon";
import facts from "autocannon/package.json" with { type: "json" };
import { parseDurationMs } from "../../../base/duration.ts";
import { asRoadworthyError, RoadworthyError } from "../../../base/error.ts";
import { formatAddress } from "../../../base/loopback-address.ts";
import { nowUs } from "../../../base/time.ts";
import type { Route } from "../../../scenario/route.ts";
import type { AutocannonWorkload } from "../../../scenario/workload/engines.ts";
import { guardOf, permittedAddress } from "../../guard/guard.ts";
import { nodeAddress } from "../../stack/address.ts";
import { runGuest, type GuestLoad } from "../guest/guest.ts";
import { startSelfCheck } from "../self-check.ts";
import { Exchanges } from "./exchanges.ts";

/** autocannon looks this often whether it is to end; requests after the scenario's end are not recorded. */
const lookIntervalMs = 50;
/** Its own limit never comes: the scenario's end ends it. */
const graceSeconds = 60;

await runGuest(async (load) => {
  const { workload } = load.config;
  if (workload.engine !== "autocannon") throw new RoadworthyError("usage", `workload ${workload.name} is not for autocannon`, { hint: "start the process of its engine" });
  const route = load.config.target.routes[workload.route];
  if (route === undefined) throw new RoadworthyError("scenario-invalid", `there is no route "${workload.route}"`, { hint: "name a route of the target", where: workload.name });
  await fire(workload, route, load);
});

async function fire(workload: AutocannonWorkload, route: Route, load: GuestLoad): Promise<void> {
  const { name, connections } = workload;
  const exchanges = new Exchanges({ route: load.routeNames.indexOf(workload.route), expect: route.expect, record: (request) => load.record(request) });
  const options = await optionsOf(workload, route, load);
  {
    using _selfCheck = startSelfCheck({ write: (event) => load.write(event.type === "generator" ? { ...event, of: name } : event), load: () => ({ connections, inFlight: exchanges.inFlight }) });
    const { promise: finished, resolve, reject } = Promise.withResolvers<void>();
    const body = exchanges.asksForBody ? { verifyBody: (text: unknown) => exchanges.onBody(String(text)) } : {};
    const instance = autocannon({ ...options, ...body, setupClient: (client) => exchanges.follow(client) }, (error: unknown) => (error === null ? resolve() : reject(asRoadworthyError(error))));
    const stop = (): void => {
      exchanges.end();
      instance.stop();
    };
    load.over.addEventListener("abort", stop, { once: true });
    if (load.over.aborted) stop();
    await finished;
    load.over.removeEventListener("abort", stop);
  }
  const end = { exitCode: 0, wasStopped: load.over.aborted, said: "", clockShiftMs: null, checks: { passed: 0, failed: 0 }, thresholds: [] };
  load.write({ type: "engine-end", at: nowUs(), workload: name, engine: "autocannon", version: `autocannon v${facts.version}`, ...end });
}

/** The address is looked up once and decided on; autocannon follows no redirects, so it goes nowhere else. */
async function optionsOf({ connections, timeout }: AutocannonWorkload, route: Route, { config }: GuestLoad): Promise<autocannon.Options> {
  const address = nodeAddress(config.addresses, route.node);
  const host = await permittedAddress(address, guardOf(config.allowed));
  return {
    url: `http://${formatAddress({ host, port: address.port })}${route.path}`,
    method: route.method,
    headers: headersOf(route),
    ...(route.body === undefined ? {} : { body: route.body }),
    connections,
    timeout: parseDurationMs(timeout) / 1000,
    duration: config.totalMs / 1000 + graceSeconds,
    sampleInt: lookIntervalMs,
  };
}

/** Those of the route over our own, as Roadworthy's own engine sends them; names compare without case. */
function headersOf({ headers, body }: Route): Record<string, string> {
  const own: Record<string, string> = { "user-agent": "roadworthy", accept: "*/*" };
  if (body !== undefined) own["content-type"] = "application/json";
  return { ...own, ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) };
}
