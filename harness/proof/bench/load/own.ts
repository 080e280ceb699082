/** The open-model engine as a contender: with all that a suite does with a request, and bare. */

import { z } from "zod";
import { entryPath } from "../../../base/entry.ts";
import { nowUs } from "../../../base/time.ts";
import { loadNodeFlags } from "../../../drive/load/threads.ts";
import { runLoad, type LoadOrder, type LoadRun } from "../../load/run-load.ts";
import { startProgram, type Child } from "../child.ts";
import { quantile } from "../rounds.ts";
import type { AnswerServer } from "../../servers/answer-server.ts";
import { windowOf, type Window } from "./window.ts";

export interface OwnOrder {
  readonly server: AnswerServer;
  readonly ratePerSecond: number;
  readonly windowMs: number;
  readonly connections: number;
  readonly core: number | undefined;
}

/** `full`: status and JSON body checked, every request in the log; `closed`: the same in the closed model; `bare`: sent, read, forgotten. */
export type Kind = OpenKind | "closed";
export type OpenKind = "full" | "bare";

export interface OwnFigures extends Window {
  readonly ratePerSecond: number;
  readonly dropped: number;
  readonly failed: number;
  /** From the intended to the actual start of each request, waiting for a connection included; null of the bare one, which logs nothing. */
  readonly lagP99Ms: number | null;
  readonly responseP99Ms: number | null;
}

/** The window begins when the server has seen the first request and the tool has settled. */
const aroundMs = 1200;
const timeoutMs = 5000;
/** What a workload may be told at most. */
const highestRatePerSecond = 100_000;

export async function runOwn(kind: Kind, order: OwnOrder): Promise<OwnFigures> {
  if (kind === "bare") return await runBare(order);
  return await runFull(order, kind === "full" ? { shape: "constant", rate: order.ratePerSecond } : { shape: "closed", users: order.connections });
}

async function runFull({ server, ratePerSecond, windowMs, connections, core }: OwnOrder, profile: LoadOrder["profile"]): Promise<OwnFigures> {
  const { promise: watched, resolve } = Promise.withResolvers<Window>();
  const running = runLoad(
    {
      port: server.port,
      profile,
      totalMs: windowMs + aroundMs,
      connections,
      timeoutMs,
      routes: { answer: { path: "/", expect: { status: [200], json: { status: "ok" } } } },
      ...(core === undefined ? {} : { core }),
    },
    (load) => resolve(windowOf(load, server, windowMs)),
  );
  const [run, window] = await Promise.all([running, watched]);
  return { ...window, ratePerSecond, ...figuresOf(run) };
}

function figuresOf({ requests, counts }: LoadRun): Pick<OwnFigures, "dropped" | "failed" | "lagP99Ms" | "responseP99Ms"> {
  const sent = requests.filter(({ outcome }) => outcome !== "dropped");
  return {
    dropped: counts.dropped,
    failed: sent.filter(({ outcome }) => outcome !== "ok").length,
    lagP99Ms: quantile(
      sent.map(({ startUs, intendedUs }) => (startUs - intendedUs) / 1000),
      0.99,
    ),
    responseP99Ms: quantile(
      sent.map(({ endUs, intendedUs }) => (endUs - intendedUs) / 1000),
      0.99,
    ),
  };
}

const countsSchema = z.object({ offered: z.int(), started: z.int(), dropped: z.int() });

async function runBare({ server, ratePerSecond, windowMs, connections, core }: OwnOrder): Promise<OwnFigures> {
  const order = JSON.stringify({ port: server.port, ratePerSecond, totalMs: windowMs + aroundMs, connections });
  await using engine: Child = startProgram(process.execPath, [...loadNodeFlags, entryPath("harness/proof/bench/load/bare-engine"), order], core);
  await engine.line();
  engine.tell(JSON.stringify({ startAtUs: nowUs() }));
  const window = await windowOf(engine, server, windowMs);
  const { dropped } = countsSchema.parse(JSON.parse(await engine.line()));
  return { ...window, ratePerSecond, dropped, failed: 0, lagP99Ms: null, responseP99Ms: null };
}

const trials = 2;

/** What it does when it is offered more than it can do: the better of two trials. */
export async function capacityOf(kind: OpenKind, order: Omit<OwnOrder, "ratePerSecond">): Promise<number> {
  const perSecond: number[] = [];
  // One after the other: each has the core to itself.
  for (let trial = 0; trial < trials; trial += 1) perSecond.push((await runOwn(kind, { ...order, ratePerSecond: highestRatePerSecond })).perSecond);
  return Math.max(...perSecond);
}
