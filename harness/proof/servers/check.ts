/** The engine against one server of others: every request of the schedule is sent, answered as it should be, and known to the server. */

import { percentileOfSorted } from "../../sli/concepts/percentile.ts";
import type { Finding } from "../results/finding.ts";
import { runLoad, type LoadRun } from "../load/run-load.ts";
import type { OtherServer } from "./other-server.ts";
import { routes, wrongTraits } from "./routes.ts";

export interface ServerLoad {
  readonly name: string;
  readonly ratePerSecond: number;
  readonly totalMs: number;
}

const connections = 200;
const timeoutMs = 5000;

export async function checkServer(server: OtherServer, load: ServerLoad): Promise<Finding[]> {
  const what = `${load.name} at ${load.ratePerSecond.toLocaleString("en-US")}/s for ${load.totalMs / 1000} s`;
  const wrong = await wrongTraits(server.port);
  const before = await server.served();
  const run = await runLoad({
    port: server.port,
    profile: { shape: "constant", rate: load.ratePerSecond },
    totalMs: load.totalMs,
    connections,
    timeoutMs,
    routes,
  });
  const served = (await server.served()) - before;
  return [
    { what, must: "chunked, gzip and closing answers are what they are called", seen: wrong.length === 0 ? "they are" : wrong.join("; "), held: wrong.length === 0 },
    counted(what, run, served),
    answered(what, run),
    ...timed(what, run),
  ];
}

function counted(what: string, { counts }: LoadRun, served: number): Finding {
  const { offered, started, dropped } = counts;
  return {
    what,
    must: "started + dropped = offered, none dropped; the server counts as many",
    seen: `${offered} offered, ${started} started, ${dropped} dropped, ${served} counted by the server`,
    held: started + dropped === offered && dropped === 0 && served === started,
  };
}

function answered(what: string, { requests, errors }: LoadRun): Finding {
  const byRoute = Object.keys(routes).map((route) => ({ route, count: requests.filter((request) => request.route === route && request.outcome === "ok").length }));
  const failed = [...errors].map(([message, count]) => `${count} × ${message}`).join("; ");
  return {
    what,
    must: "no error; status and body of every answer as they should be, on every route",
    seen: failed === "" ? byRoute.map(({ route, count }) => `${route} ${count}`).join(", ") : failed,
    held: failed === "" && byRoute.every(({ count }) => count > 0),
  };
}

function timed(what: string, { requests }: LoadRun): Finding[] {
  const sent = requests.filter(({ outcome }) => outcome !== "dropped");
  const lag = p99Ms(sent.map(({ startUs, intendedUs }) => startUs - intendedUs));
  const service = p99Ms(sent.map(({ endUs, startUs }) => endUs - startUs));
  return [{ what, must: "start lag and service time, p99", seen: `${lag} ms, ${service} ms`, held: null }];
}

/** Of times in µs. */
function p99Ms(timesUs: readonly number[]): string {
  const us = percentileOfSorted(
    timesUs.toSorted((a, b) => a - b),
    0.99,
  );
  return us === null ? "–" : (us / 1000).toFixed(1);
}
