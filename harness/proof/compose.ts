/**
 * That the reference system comes up in containers, does its work, and goes without a trace: `npm run proof:compose` (two minutes) after `npm run
 * engine` and `npm run images`. `-- --rounds 1` is the short form; `--write` puts the table into RESULTS.md. Exits 1 when something does not hold, with 69
 * when an engine, Compose or an image is missing.
 */

import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { composePlugin, composeVersion } from "../drive/stack/tools/compose-plugin.ts";
import { provideTool } from "../drive/stack/tools/go-tool.ts";
import { plainRound, proxiedRound, type Round } from "./compose/rounds.ts";
import type { ComposeContext } from "./compose/stack.ts";
import { findDocker } from "./images/docker.ts";
import { FindingsTable, type Finding } from "./results/finding.ts";
import { conditions, recordResult } from "./results/record.ts";
import { tellFailure } from "./results/failed.ts";

const upWithinMs = 15_000;
const downWithinMs = 10_000;

const kinds: readonly { readonly what: string; readonly live: (context: ComposeContext) => Promise<Round> }[] = [
  { what: "plain, PostgreSQL killed", live: plainRound },
  { what: "through Toxiproxy, links cut", live: proxiedRound },
];

/** Before anything was measured. */
const [loadAverage = 0] = loadavg();
const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" }, write: { type: "boolean", default: false } } });
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort(new Error(signal)));

try {
  await proveAll(Number(values.rounds));
} catch (error) {
  tellFailure(error);
  if (interrupted.signal.aborted) process.exitCode = 130;
}

async function proveAll(count: number): Promise<void> {
  const { docker, host } = await findDocker();
  const { path: compose } = await provideTool(composePlugin, (line) => console.error(line));
  const versions = `Docker Engine ${await docker("version", "--format", "{{.Server.Version}}")}, Compose ${await composeVersion(compose)}`;
  const table = new FindingsTable();
  for (const { what, live } of kinds) {
    const rounds: Round[] = [];
    for (let number = 0; number < count; number += 1) {
      // One after the other: they would measure one another.
      rounds.push(await live({ compose, docker, host, signal: interrupted.signal }));
    }
    for (const finding of findingsOf(what, rounds)) table.print(finding);
  }
  if (values.write) recordResult("compose", `${conditions(versions, `${count} rounds each`, `load average ${loadAverage.toFixed(1)} before`)}\n\n${table.text}`);
}

function findingsOf(what: string, rounds: readonly Round[]): Finding[] {
  const wrong = rounds.flatMap((round) => round.wrong);
  const left = rounds.flatMap((round) => round.left);
  return [
    timeOf(`${what}: up, all health checks green`, rounds.map(({ upMs }) => upMs), upWithinMs),
    { what: `${what}: its work`, must: "as if nothing had been, once it is over", seen: wrong.length === 0 ? `${rounds.length} of ${rounds.length}` : wrong.join("; "), held: wrong.length === 0 },
    timeOf(`${what}: down`, rounds.map(({ downMs }) => downMs), downWithinMs),
    { what: `${what}: left behind`, must: "no container, volume or network", seen: left.length === 0 ? "nothing" : left.join(" "), held: left.length === 0 },
  ];
}

function timeOf(what: string, all: readonly number[], limitMs: number): Finding {
  const longestMs = Math.max(...all);
  return { what, must: `≤ ${limitMs / 1000} s`, seen: `${inSeconds(Math.min(...all))} to ${inSeconds(longestMs)} s`, held: longestMs <= limitMs };
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
