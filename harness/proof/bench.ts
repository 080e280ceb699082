/**
 * Benchmarks: `npm run bench`, or one of them with `npm run bench -- proxy`; `-- load --write` puts its tables into RESULTS.md. Prints
 * tables with their conditions; compares only what was measured in turn in the same run. Nothing passes or fails here. Everything is on
 * this machine and ends within its limit.
 */

import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { messageOf } from "../base/error.ts";
import { nowUs, timeoutSignal } from "../base/time.ts";
import { benchJudge } from "./bench/judge.ts";
import { benchLoad } from "./bench/load.ts";
import { installPeers } from "./bench/load/install.ts";
import { benchLog } from "./bench/log.ts";
import { benchProxy } from "./bench/proxy.ts";
import { renderTable, type BenchTable } from "./bench/table.ts";
import { conditions, recordResult } from "./results/record.ts";

/** Of one bench; proxies and load tools are compared in more rows than anything else. */
const limitMs = 30_000;
const limitMsOf: Readonly<Record<string, number>> = { proxy: 180_000, load: 480_000 };

const benches: Readonly<Record<string, (signal: AbortSignal) => Promise<BenchTable[]>>> = {
  proxy: benchProxy,
  load: benchLoad,
  log: benchLog,
  judge: benchJudge,
};

/** Before anything was measured. */
const [loadAverage = 0] = loadavg();

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort(new Error(signal)));

const flag = { type: "boolean", default: false } as const;
const { positionals, values } = parseArgs({ allowPositionals: true, options: { install: flag, write: flag } });
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`there is no bench ${unknown.join(", ")}; benches are ${Object.keys(benches).join(", ")}`);
  process.exitCode = 64;
} else if (values.install) {
  await installPeers((line) => console.log(line));
} else {
  await runAll(positionals.length === 0 ? Object.keys(benches) : positionals);
}

async function runAll(names: readonly string[]): Promise<void> {
  console.log(machine());
  for (const name of names) {
    // One after the other: they would measure one another.
    if (!interrupted.signal.aborted) await runOne(name);
  }
}

async function runOne(name: string): Promise<void> {
  const startUs = nowUs();
  try {
    const tables = await benches[name]?.(AbortSignal.any([interrupted.signal, timeoutSignal(limitMsOf[name] ?? limitMs)]));
    const texts = tables?.map((table) => renderTable(table)) ?? [];
    console.log(texts.join("\n"));
    if (values.write) recordResult(`bench-${name}`, `${conditions(`load average ${loadAverage.toFixed(1)} before`)}\n\n\`\`\`text\n${texts.join("\n")}\`\`\``);
    console.log(`${name}: ${((nowUs() - startUs) / 1_000_000).toFixed(1)} s\n`);
  } catch (error) {
    console.error(`${name}: not measured: ${messageOf(error)}\n`);
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
  }
}

function machine(): string {
  const [first] = cpus();
  const cores = cpus().length;
  const busy = loadAverage > cores / 4 ? " (the machine is busy with something else: trust the ratios, not the figures)" : "";
  return `${cores} cores (${first?.model.trim() ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}, load average ${loadAverage.toFixed(1)}${busy}\n`;
}
