/**
 * That nothing is left of a run on containers, whatever happens to it or to the engine: killed by SIGKILL at random instants, ended by whoever
 * started it, and with an engine that is lost in the middle. Needs an engine with the images of the reference system (`npm run engine`, `npm run images`).
 * Exits 1 when something does not hold, with 69 when an engine, Compose or an image is missing. A quarter of an hour.
 *
 *   npm run proof:containers -- [part…] [--kills 20] [--seed 1] [--rounds 3] [--engine] [--write]
 *
 * parts     `ends` (by itself, and by signals), `kills`, `losses`; all when none is named
 * --engine  the losses happen to the private engine of this user itself, which is stopped, killed and paused, and not at a relay in front of it
 * --write   puts the table of each part into RESULTS.md
 */

import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exitCodes } from "../base/error.ts";
import { engineEndpoint } from "../drive/stack/tools/container-engine.ts";
import { everythingOf, describeThings, strays } from "./containers/engine-list.ts";
import { endings, endRun, wholeRun, type WholeRun } from "./containers/ends.ts";
import { findGround, type Ground } from "./containers/ground.ts";
import { appearedLate, carryOutKillOnContainers, goneWithinMs, killsOnContainers, type KilledRun } from "./containers/kills.ts";
import { startLiveRun } from "./containers/live-run.ts";
import { lose, type Loss } from "./containers/loss.ts";
import { engineOutages, relayOutages, type Outage } from "./containers/outages.ts";
import { startRelay } from "./containers/relay.ts";
import { newWorld } from "./end-to-end/command.fixture.ts";
import { enginePlaces } from "./engine/places.ts";
import { startPrivateEngine } from "./engine/private-engine.ts";
import { FindingsTable, type Finding } from "./results/finding.ts";
import { conditions, recordResult } from "./results/record.ts";
import { tellFailure } from "./results/failed.ts";

const upWithinMs = 15_000;
const downWithinMs = 10_000;
/** Of runs that were over before they could be killed. */
const tooLateShare = 0.5;

/** Before anything was measured. */
const [loadAverage = 0] = loadavg();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    rounds: { type: "string", default: "3" },
    engine: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const parts = ["ends", "kills", "losses"] as const;
type Part = (typeof parts)[number];

try {
  await proveAll(await findGround(values.engine ? (await startPrivateEngine(enginePlaces())).host : engineEndpoint()));
} catch (error) {
  tellFailure(error);
}
process.exit(process.exitCode ?? exitCodes.pass);

/** One part after the other, and in each one run after the other: they would measure one another. */
async function proveAll(ground: Ground): Promise<void> {
  const prove: Record<Part, (table: FindingsTable) => Promise<void>> = {
    ends: (table) => proveEnds(ground, table),
    kills: (table) => proveKills(ground, table),
    losses: (table) => proveLosses(ground, table),
  };
  for (const part of parts.filter((name) => positionals.length === 0 || positionals.includes(name))) {
    const before = await everythingOf(ground.endpoint);
    const table = new FindingsTable();
    await prove[part](table);
    const left = strays(before, await everythingOf(ground.endpoint));
    table.print({ what: "all of it: what nobody owns and was not there before", must: "nothing", seen: left.length === 0 ? "nothing" : describeThings(left), held: left.length === 0 });
    if (values.write) recordResult(`containers-${part}`, `${conditions(ground.version, `seed ${values.seed}`, `load average ${loadAverage.toFixed(1)} before`)}\n\n${table.text}`);
  }
}

async function proveEnds(ground: Ground, table: FindingsTable): Promise<void> {
  const whole: WholeRun[] = [];
  while (whole.length < Number(values.rounds)) whole.push(await wholeRun(ground));
  for (const finding of findingsOfWhole(whole)) table.print(finding);
  for (const ending of endings) {
    const { exitCode, tookMs, left } = await endRun(ground, ending);
    const seen = `exit ${exitCode}, ${inSeconds(tookMs)} s, ${left === "" ? "nothing left" : `left: ${left}`}`;
    table.print({ what: `ended by ${ending}`, must: `exit 130, nothing left after ${downWithinMs / 1000} s`, seen, held: exitCode === exitCodes.interrupted && tookMs <= downWithinMs && left === "" });
  }
}

function findingsOfWhole(whole: readonly WholeRun[]): Finding[] {
  const left = whole.map((run) => run.left).filter((text) => text !== "");
  return [
    timeOf("an undisturbed run: its stack is up", whole.map(({ upMs }) => upMs), upWithinMs),
    timeOf("an undisturbed run: its stack is down", whole.map(({ downMs }) => downMs), downWithinMs),
    { what: "an undisturbed run: left behind", must: "nothing", seen: nothingOr(left), held: left.length === 0 },
  ];
}

async function proveKills(ground: Ground, table: FindingsTable): Promise<void> {
  const { lifeMs } = await wholeRun(ground);
  const count = Number(values.kills);
  const killed: KilledRun[] = [];
  let tooLate = 0;
  for (const kill of killsOnContainers(Number(values.seed), lifeMs)) {
    if (killed.length === count || tooLate > count * tooLateShare) break;
    const result = await carryOutKillOnContainers(ground, kill);
    if (result === null) tooLate += 1;
    else killed.push(result);
    console.error(`${killed.length}/${count} ${result === null ? `${kill.victim}: over before ${inSeconds(kill.afterMs)} s` : describeKill(result)}`);
  }
  const names = { harness: "the harness", both: "harness and supervisor", all: "harness, supervisor and warden, then `heal`" } as const;
  for (const victim of ["harness", "both", "all"] as const) {
    const own = killed.filter((result) => result.victim === victim);
    if (own.length > 0) table.print(findingOfKills(`SIGKILL of ${names[victim]}, at ${own.length} random instants`, own));
  }
  const late = await appearedLate(ground, killed);
  table.print({ what: "SIGKILL at random instants: on the engine at the very end", must: "nothing of these runs", seen: late === "" ? "nothing" : late, held: late === "" });
  table.print({ what: "SIGKILL at random instants", must: `${count}`, seen: `${killed.length}: ${stagesOf(killed)}`, held: killed.length === count });
}

function findingOfKills(what: string, killed: readonly KilledRun[]): Finding {
  const left = killed.filter((result) => result.left !== "");
  const late = killed.filter(({ goneMs }) => goneMs > goneWithinMs);
  const times = killed.map(({ goneMs }) => goneMs).toSorted((a, b) => a - b);
  const seen = `left in ${left.length}; all gone after ${inSeconds(times[Math.floor(times.length / 2)] ?? 0)} s (median), ${inSeconds(times.at(-1) ?? 0)} s (worst)`;
  return { what, must: `nothing left after ${goneWithinMs / 1000} s`, seen: [seen, ...left.map(describeKill)].join("; "), held: left.length === 0 && late.length === 0 };
}

function describeKill({ victim, afterMs, stage, inside, goneMs, left }: KilledRun): string {
  return `${victim} after ${inSeconds(afterMs)} s (${[stage, ...inside].join(", ")}): ${left === "" ? `gone after ${inSeconds(goneMs)} s` : `LEFT ${left}`}`;
}

/** "3 boot, 9 scenario, 5 inside heal". */
function stagesOf(killed: readonly KilledRun[]): string {
  const counts = new Map<string, number>();
  for (const { stage, inside } of killed) for (const name of [`in ${stage}`, ...inside.map((window) => `inside ${window}`)]) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, times]) => `${times} ${name}`).join(", ");
}

async function proveLosses(ground: Ground, table: FindingsTable): Promise<void> {
  if (values.engine) {
    for (const outage of engineOutages()) {
      using run = startLiveRun(ground);
      table.print(findingOfLoss(outage, await lose(run, outage, ground.endpoint)));
    }
    return;
  }
  for (const outageOf of relayOutages) {
    const world = newWorld();
    await using relay = await startRelay(join(world.folder, "engine.sock"), ground.endpoint.replace(/^unix:\/\//, ""));
    const outage = outageOf(relay);
    using run = startLiveRun(ground, relay.endpoint, world);
    table.print(findingOfLoss(outage, await lose(run, outage, ground.endpoint)));
  }
}

/** What is cleaned up in time needs no `heal`; what is not is said, by exit 4, and healed with the engine back. */
function findingOfLoss({ what }: Outage, loss: Loss): Finding {
  const code = loss.cleanedUp ? exitCodes.inconclusive : exitCodes.cleanup;
  const isRuledRight = loss.outcome === "inconclusive" && loss.failed.length === 0 && loss.why.startsWith("engine-lost: ");
  const awayRight = loss.healedAway === null || loss.healedAway === exitCodes.cleanup;
  const isHealed = loss.healed === exitCodes.pass && loss.left === "";
  const ended = `exit ${loss.exitCode} after ${inSeconds(loss.tookMs)} s, ${loss.outcome} (${loss.why})${loss.failed.length === 0 ? "" : `, failed ${loss.failed.join(" ")}`}`;
  const away = loss.healedAway === null ? "" : ` heal without it: exit ${loss.healedAway};`;
  const back = ` heal with it back: exit ${loss.healed} after ${inSeconds(loss.healMs)} s; ${loss.left === "" ? "nothing left" : `left: ${loss.left}`}`;
  return { what: `the engine: ${what}`, must: "inconclusive, with the reason; exit 2, or 4 with something left; `heal` finishes", seen: `${ended};${away}${back}`, held: loss.exitCode === code && isRuledRight && awayRight && isHealed };
}

function timeOf(what: string, all: readonly number[], limitMs: number): Finding {
  const longestMs = Math.max(...all);
  return { what, must: `≤ ${limitMs / 1000} s`, seen: `${inSeconds(Math.min(...all))} to ${inSeconds(longestMs)} s`, held: longestMs <= limitMs };
}

function nothingOr(texts: readonly string[]): string {
  return texts.length === 0 ? "nothing" : texts.join("; ");
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
