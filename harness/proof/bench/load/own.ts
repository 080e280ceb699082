/** The open-model engine as a contender: with all that a suite does with a request, and bare. */

import { z } from "zod";
import { nowUs } from "../../../base/time.ts";
import { runLoad, type LoadRun } from "../../load/run-load.ts";
import { startModule, type Child } from "../child.ts";
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

/** `full`: status and JSON body checked, every request in the log; `bare`: sent, read, forgotten. */
export type Kind = "full" | "bare";

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

export async function runOwn(kind: Kind, order: OwnOrder): Promise<OwnFigures> {
  return kind === "full" ? await runFull(order) : await runBare(order);
}

async function runFull({ server, ratePerSecond, windowMs, connections, core }: OwnOrder): Promise<OwnFigures> {
  const { promise: watched, resolve } = Promise.withResolvers<Window>();
  const running = runLoad(
    {
      port: server.port,
      profile: { shape: "constant", rate: ratePerSecond },
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
  await using engine: Child = startModule("harness/proof/bench/load/bare-engine", [order], core);
  await engine.line();
  engine.tell(JSON.stringify({ startAtUs: nowUs() }));
  const window = await windowOf(engine, server, windowMs);
  const { dropped } = countsSchema.parse(JSON.parse(await engine.line()));
  return { ...window, ratePerSecond, dropped, failed: 0, lagP99Ms: null, responseP99Ms: null };
}

/** Of what was offered, this much must be answered in the window: then the engine holds the rate. */
const heldShare = 0.98;
const overload = 100_000;
const trials = [1, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5];

/** The highest rate, of those tried, that it holds without a drop. What it does under more than it can gives the first guess. */
export async function highestRate(kind: Kind, order: Omit<OwnOrder, "ratePerSecond">): Promise<OwnFigures> {
  const overloaded = await runOwn(kind, { ...order, ratePerSecond: overload });
  let figures = overloaded;
  for (const share of trials) {
    figures = await runOwn(kind, { ...order, ratePerSecond: Math.round((overloaded.perSecond * share) / 100) * 100 });
    if (figures.perSecond >= heldShare * figures.ratePerSecond && figures.dropped === 0) break;
  }
  return figures;
}
