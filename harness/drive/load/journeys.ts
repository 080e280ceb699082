/**
 * Workloads and routes → sources for the engine: which journey an arrival takes, the data of its requests, and the ledger of its
 * writes. The same seed gives the same choices and data: journeys are chosen by one stream for each workload, and each arrival has a
 * stream of its own for its data, so that it does not matter which request is answered first.
 */

import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import { dice, pickWeighted, type Dice } from "../../base/random.ts";
import { asksForBody, faultOfAnswer, type Expect } from "../../scenario/route.ts";
import type { OwnWorkload as Workload } from "../../scenario/workload/workload.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { writeOutcomeOf } from "../ledger/ledger.ts";
import type { Address } from "../stack/address.ts";
import type { LoadConfig } from "./config.ts";
import type { Source } from "./engine.ts";
import { paceOf } from "./pace.ts";
import type { Journey, PreparedRequest, RequestResult } from "./prepared-request.ts";
import { requestTemplate, type Render } from "./request-template.ts";

export interface JourneyOptions {
  config: LoadConfig;
  ledgers: ReadonlyMap<string, Ledger>;
  /** Where each node listens, looked up and pinned. */
  origins: ReadonlyMap<string, Address>;
  /** Names of routes in the order of their numbers in the request log. */
  routeNames: readonly string[];
}

/** Sources in the order of the config's workloads. Throws `target-invalid` for a route or ledger that is not there. */
export function prepareSources(options: JourneyOptions): Source[] {
  const nodes = [...options.origins.keys()];
  const routes = new Map(options.routeNames.map((name, number) => [name, prepareRoute(name, { number, nodes, options })]));
  return options.config.workloads.map((workload, number) => ({
    workload: number,
    pace: paceOf(workload.profile),
    origins: [...options.origins.values()],
    connections: workload.connections,
    timeoutMs: parseDurationMs(workload.timeout),
    arrive: arrivals(workload, options.config.seed, routes),
  }));
}

type PreparedRoute = (n: number, roll: Dice) => PreparedRequest;

function arrivals(workload: Workload, seed: number, routes: ReadonlyMap<string, PreparedRoute>): Source["arrive"] {
  const journeys = workload.journeys.map((journey) => journey.steps.map((step) => known(routes, step, "route")));
  const weights = workload.journeys.map((journey) => journey.weight);
  const choice = dice(seed, `load/${workload.name}/journeys`);
  return (n) => {
    const steps = pickWeighted(choice, journeys, weights);
    const roll = lazyDice(seed, `load/${workload.name}/${n}`);
    let next = 0;
    const journey: Journey = () => {
      const step = steps[next];
      next += 1;
      return step === undefined ? null : step(n, roll);
    };
    return journey;
  };
}

/** Dice that cost nothing until they are rolled: most requests have no data. */
function lazyDice(seed: number, purpose: string): Dice {
  let roll: Dice | null = null;
  return () => {
    roll ??= dice(seed, purpose);
    return roll();
  };
}

function prepareRoute(name: string, context: { number: number; nodes: readonly string[]; options: JourneyOptions }): PreparedRoute {
  const { options, number } = context;
  const route = known(new Map(Object.entries(options.config.target.routes)), name, "route");
  const render = requestTemplate({ name, route, address: known(options.origins, route.node, "node"), ledgers: options.ledgers });
  const plain = {
    route: number,
    origin: context.nodes.indexOf(route.node),
    isHead: route.method === "HEAD",
    keepBody: asksForBody(route.expect),
    fault: (status: number, body: string) => faultOfAnswer(route.expect, status, body),
  };
  if (route.write === undefined) return (n, roll) => ({ ...plain, bytes: render({ n, id: "", roll }) });
  const ledger = known(options.ledgers, route.write.ledger, "ledger");
  return trackedWrite(plain, { ledger, refused: route.write.refused, render });
}

function trackedWrite(plain: Omit<PreparedRequest, "bytes">, write: { ledger: Ledger; refused: Expect; render: Render }): PreparedRoute {
  const { ledger, refused, render } = write;
  const keepBody = plain.keepBody || asksForBody(refused);
  return (n, roll) => {
    const id = ledger.nextId();
    let isPromisedRefusal = false;
    return {
      ...plain,
      keepBody,
      bytes: render({ n, id, roll }),
      fault: (status: number, body: string) => {
        isPromisedRefusal = faultOfAnswer(refused, status, body) === null;
        return plain.fault(status, body);
      },
      onSend: (intendedUs: number, at: number) => ledger.invoke(id, intendedUs, at),
      onEnd: (result: RequestResult) =>
        ledger.settle(id, writeOutcomeOf(result.outcome, isPromisedRefusal), { intendedUs: result.intendedUs, at: result.endUs }),
    };
  };
}

function known<T>(things: ReadonlyMap<string, T>, name: string, kind: "route" | "node" | "ledger"): T {
  const thing = things.get(name);
  if (thing !== undefined) return thing;
  throw new RoadworthyError("target-invalid", `there is no ${kind} "${name}"`, { hint: `there are: ${[...things.keys()].join(", ")}`, where: name });
}

