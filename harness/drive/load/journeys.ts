/**
 * Workloads and routes → sources for the engine: which journey an arrival takes, the data of its requests, and the ledger of its
 * writes. The same seed gives the same choices and data: journeys are chosen by one stream for each workload, and each arrival has a
 * stream of its own for its data, so that it does not matter which request is answered first.
 */

import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import { dice, type Dice } from "../../base/random.ts";
import { answerCheck, asksForBody, captureUses, textsOf, type Expect, type Route } from "../../scenario/route.ts";
import { placesOf } from "../../scenario/template.ts";
import type { OwnWorkload as Workload } from "../../scenario/workload/workload.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { writeOutcomeOf } from "../ledger/ledger.ts";
import type { LoadConfig } from "./config.ts";
import type { Source } from "./engine.ts";
import { capturesOf } from "./http/captures.ts";
import { originName, type Origin } from "./http/origin.ts";
import type { Pace, Supply } from "./pace.ts";
import type { ArrivalTable } from "./pace/arrival-file.ts";
import { journeyChoiceOf, scheduleOf } from "./pace/schedule.ts";
import type { Journey, PreparedRequest, RequestResult } from "./prepared-request.ts";
import { partOf } from "./threads.ts";
import { requestTemplate, type Render } from "./http/request-template.ts";

export interface JourneyOptions {
  config: LoadConfig;
  ledgers: ReadonlyMap<string, Ledger>;
  /** By `originName`: where the nodes of the routes listen, looked up and pinned. */
  origins: ReadonlyMap<string, Origin>;
  /** Names of routes in the order of their numbers in the request log. */
  routeNames: readonly string[];
  /** What the files of replays hold, by the name of their workload. */
  replays?: ReadonlyMap<string, ArrivalTable>;
  /** The courses of searches, by the name of their workload. */
  courses?: ReadonlyMap<string, Pace>;
}

/** Sources in the order of the config's workloads, of each the part that this process sends. Throws `target-invalid` for a route or ledger that is not there. */
export function prepareSources(options: JourneyOptions): Source[] {
  const nodes = [...options.origins.keys()];
  const routes = new Map(options.routeNames.map((name, number) => [name, prepareRoute(name, { number, nodes, options })]));
  const { workloads, part, seed } = options.config;
  return workloads.flatMap((workload, number) => {
    // A workload of few threads is sent by the first processes only.
    if (part.number > workload.threads) return [];
    const source: Source = {
      workload: number,
      ...scheduleOf(workload, seed, supplyOf(workload, options)),
      origins: [...options.origins.values()],
      timeoutMs: parseDurationMs(workload.timeout),
      ...(workload.connectTimeout === undefined ? {} : { connectTimeoutMs: parseDurationMs(workload.connectTimeout) }),
      arrive: arrivals(workload, options, routes),
    };
    return [partOf(source, { number: part.number, of: workload.threads })];
  });
}

function supplyOf({ name }: Workload, { replays, courses }: JourneyOptions): Omit<Supply, "roll"> {
  const [replay, course] = [replays?.get(name), courses?.get(name)];
  return { ...(replay === undefined ? {} : { arrivals: replay }), ...(course === undefined ? {} : { course }) };
}

type PreparedRoute = (arrival: Arrival) => PreparedRequest;

/** What the steps of one journey share. */
interface Arrival {
  readonly n: number;
  readonly roll: Dice;
  readonly captured: Map<string, string>;
}

/** Shared by all arrivals of workloads without captures: a map for each would cost the plain ones time. */
const nothingCaptured = new Map<string, string>();

function arrivals(workload: Workload, { config, replays }: JourneyOptions, routes: ReadonlyMap<string, PreparedRoute>): Source["arrive"] {
  const { seed } = config;
  const choice = journeyChoiceOf(workload, seed, replays?.get(workload.name));
  const hasCaptures = choice.journeys.some((steps) => steps.some((step) => Object.keys(config.target.routes[step]?.capture ?? {}).length > 0));
  for (const steps of choice.journeys) refuseUncaptured(steps, config.target.routes);
  const journeys = choice.journeys.map((steps) => steps.map((step) => known(routes, step, "route")));
  return (n) => {
    const steps = journeys[choice.choose(n)] ?? [];
    const arrival: Arrival = { n, roll: lazyDice(seed, workload.name, n), captured: hasCaptures ? new Map() : nothingCaptured };
    let next = 0;
    const journey: Journey = () => {
      const step = steps[next];
      next += 1;
      return step === undefined ? null : step(arrival);
    };
    return journey;
  };
}

/** Throws `target-invalid` when a step uses what no step before it captures. */
function refuseUncaptured(steps: readonly string[], routes: Readonly<Record<string, Route>>): void {
  const missing = captureUses(steps, routes).find(({ name, known: captured }) => !captured.includes(name));
  if (missing === undefined) return;
  throw new RoadworthyError("target-invalid", `{{captured:${missing.name}}} is used by route "${steps[missing.step] ?? ""}", and no step before it in its journey captures it`, {
    hint: 'give an earlier route `capture: { name: { json: "path" } }`',
    where: `journey ${steps.join(" → ")}`,
  });
}

/** Dice that cost nothing until they are rolled: most requests have no data. */
function lazyDice(seed: number, workload: string, n: number): Dice {
  let roll: Dice | null = null;
  return () => {
    roll ??= dice(seed, `load/${workload}/${n}`);
    return roll();
  };
}

function prepareRoute(name: string, context: { number: number; nodes: readonly string[]; options: JourneyOptions }): PreparedRoute {
  const { options, number } = context;
  const route = known(new Map(Object.entries(options.config.target.routes)), name, "route");
  const { address, name: host = address.host, tls } = known(options.origins, originName(route), "node");
  const render = requestTemplate({ name, route, address: { host: tls?.serverName ?? host, port: address.port }, ledgers: options.ledgers });
  const plain = plainRequest(route, { number, origin: context.nodes.indexOf(originName(route)) });
  const make = route.write === undefined ? untracked(plain, render) : trackedWrite(plain, { ledger: known(options.ledgers, route.write.ledger, "ledger"), refused: route.write.refused, render });
  if (Object.keys(route.capture).length > 0) return capturing(name, route, make);
  if (route.write !== undefined || textsOf(route).some((text) => placesOf(text).length > 0)) return make;
  // Every request of a route without places is the same one.
  const only = make({ n: 0, roll: () => 0, captured: nothingCaptured });
  return () => only;
}

type PlainRequest = Omit<PreparedRequest, "bytes">;

function plainRequest(route: Route, numbers: { number: number; origin: number }): PlainRequest {
  return {
    route: numbers.number,
    origin: numbers.origin,
    isHead: route.method === "HEAD",
    keepBody: asksForBody(route.expect),
    fault: answerCheck(route.expect),
    ...(route.redirects === 0 ? {} : { redirects: route.redirects }),
  };
}

function untracked(plain: PlainRequest, render: Render): PreparedRoute {
  return (arrival) => ({ ...plain, bytes: render({ ...arrival, id: "" }) });
}

function capturing(name: string, route: Route, make: PreparedRoute): PreparedRoute {
  const captures = capturesOf(name, route.capture);
  return (arrival) => {
    const request = make(arrival);
    return {
      ...request,
      keepBody: request.keepBody || captures.keepBody,
      headers: captures.headers,
      capture: (body: string, headers: ReadonlyMap<string, string>) => captures.take({ body, headers }, arrival.captured),
    };
  };
}

function trackedWrite(plain: PlainRequest, write: { ledger: Ledger; refused: Expect; render: Render }): PreparedRoute {
  const { ledger, refused, render } = write;
  const keepBody = plain.keepBody || asksForBody(refused);
  const refusal = answerCheck(refused);
  return (arrival) => {
    const id = ledger.nextId();
    let isPromisedRefusal = false;
    return {
      ...plain,
      keepBody,
      bytes: render({ ...arrival, id }),
      fault: (status: number, body: string) => {
        isPromisedRefusal = refusal(status, body) === null;
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

