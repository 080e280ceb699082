/** Two runs of the same scenarios on two runtimes, ruling by ruling. */

import { join } from "node:path";
import { judgeSuite } from "../../judge/index.ts";
import type { Outcome } from "../../judge/verdict/schema.ts";
import type { ControlEvent } from "../../log/event.ts";
import { openLog } from "../../log/reader.ts";
import { valueText } from "../../../reports/figure.ts";

export interface RulingPair {
  readonly scenario: string;
  readonly objective: string;
  readonly embedded: Outcome | null;
  readonly docker: Outcome | null;
  /** Whether one side is open for no other reason than that the machine was too busy to send the load in time. */
  readonly machineWasBusy: boolean;
  /** As the reports show it: "≤ 5 s". */
  readonly values: readonly [embedded: string, docker: string];
}

export interface Comparison {
  readonly rulings: readonly RulingPair[];
  /** Of the second run. */
  readonly upMs: number;
  readonly downMs: number;
  readonly versions: readonly string[];
  /** Of the second run: the first sentence of its report. */
  readonly headline: string;
}

const busy = /load generator was too busy|requests were sent late/i;

type Judged = ReturnType<typeof judgeSuite>["scenarios"][number];

/** Scenarios of `docker` are looked up in `embedded`; one that is not there has null on that side. */
export function compareRuns(embedded: string, docker: string): Comparison {
  const first = new Map(judgeSuite(embedded).scenarios.map(({ verdict }) => [verdict.scenario, verdict]));
  const { scenarios, suite } = judgeSuite(docker);
  return {
    headline: suite.headline,
    rulings: scenarios.flatMap(({ verdict }) => pairsOf(first.get(verdict.scenario), verdict)),
    ...times(docker),
  };
}

function pairsOf(embedded: Judged["verdict"] | undefined, docker: Judged["verdict"]): RulingPair[] {
  const there = new Map(embedded?.rulings.map((ruling) => [ruling.objective, ruling]));
  return docker.rulings.map((ruling) => {
    const other = there.get(ruling.objective);
    return { scenario: docker.scenario, objective: ruling.objective, embedded: other?.outcome ?? null, docker: ruling.outcome, machineWasBusy: [other, ruling].some((side) => side?.outcome === "inconclusive" && busy.test(side.why)), values: [other === undefined ? "–" : valueText(other), valueText(ruling)] };
  });
}

/** All in one run are of one clock. */
function times(folder: string): Pick<Comparison, "upMs" | "downMs" | "versions"> {
  const log = openLog(join(folder, "log"));
  const own = [...log.events()].filter((event): event is ControlEvent => event.type !== "request");
  const boot = own.find((event) => event.type === "boot");
  const cleanup = own.find((event) => event.type === "cleanup");
  const last = log.header.planned.at(-1) ?? "";
  const beforeIt = [...openLog(join(folder, last, "log")).events()].filter((event) => event.type !== "cleanup" && event.type !== "end");
  const overUs = Math.max(...beforeIt.map((event) => event.at));
  if (boot === undefined || cleanup === undefined) throw new TypeError(`the log in ${folder} has no boot or no clean-up`);
  return { upMs: boot.bootMs, downMs: (cleanup.at - overUs) / 1000, versions: boot.versions ?? [] };
}

export function tableOfRulings(rulings: readonly RulingPair[]): string {
  const rows = rulings.map(({ scenario, objective, embedded, docker, values }) => `| ${scenario} | ${objective} | ${embedded ?? "–"}: ${values[0]} | ${docker ?? "–"}: ${values[1]} |`);
  return ["| scenario | objective | embedded | docker |", "|---|---|---|---|", ...rows].join("\n");
}
