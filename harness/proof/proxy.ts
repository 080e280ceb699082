/**
 * What the proxy must stand: `npm run proof:proxy` (minutes), with `-- --short` in seconds, or parts of it: `-- responsiveness integrity abuse`. Prints a table (`--write` puts it into
 * RESULTS.md) and ends with 1 when something does not hold. The real Toxiproxy is shown beside it where it is installed.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { findToxiproxy, startEmbedded, startToxiproxy, type BenchProxy } from "./bench/proxy/proxies.ts";
import { checkAbuse } from "./proxy/abuse.ts";
import { FindingsTable, type Finding } from "./results/finding.ts";
import { checkIntegrity } from "./proxy/integrity.ts";
import { checkResponsiveness } from "./proxy/responsiveness.ts";
import { conditions, recordResult } from "./results/record.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { short: { type: "boolean", default: false }, write: { type: "boolean", default: false } } });
const mebibyte = 1_048_576;

/** A connection through the proxy takes two of its files. */
function openFilesLimit(): number {
  const text = process.platform === "linux" ? readFileSync("/proc/self/limits", "utf8") : "";
  return Number(/^Max open files +(\d+)/m.exec(text)?.[1] ?? 2_000);
}

const full = {
  responsiveness: { connections: 1000, megabytesPerSecond: 100, changesPerSecond: 50, seconds: 20 },
  integrity: { mebibytes: 1024, changes: 10_000, seed: 7 },
  abuse: { connections: Math.min(10_000, Math.floor(openFilesLimit() / 2) - 500), limitBytes: 1024 * mebibyte },
};

const short = {
  responsiveness: { ...full.responsiveness, seconds: 5 },
  integrity: { ...full.integrity, mebibytes: 64, changes: 625 },
  abuse: { connections: 1000, limitBytes: 256 * mebibyte },
};

const sizes = values.short ? short : full;

const checks: Readonly<Record<string, () => Promise<Finding[]>>> = {
  responsiveness: async () => {
    const findings = [await withProxy(startEmbedded, (proxy) => checkResponsiveness(proxy, sizes.responsiveness))];
    const toxiproxy = findToxiproxy();
    if (toxiproxy === null) return findings;
    const beside = await withProxy(() => startToxiproxy(toxiproxy), (proxy) => checkResponsiveness(proxy, sizes.responsiveness));
    return [...findings, { ...beside, held: null }];
  },
  integrity: async () => [await withProxy(startEmbedded, (proxy) => checkIntegrity(proxy, sizes.integrity))],
  abuse: () => withProxy(startEmbedded, (proxy) => checkAbuse(proxy, sizes.abuse)),
};

async function withProxy<T>(start: () => Promise<BenchProxy>, check: (proxy: BenchProxy) => Promise<T>): Promise<T> {
  await using proxy = await start();
  return await check(proxy);
}

const names = positionals.length === 0 ? Object.keys(checks) : positionals;
const table = new FindingsTable();
for (const name of names) {
  // One after the other: they would measure one another.
  for (const finding of (await checks[name]?.()) ?? []) table.print(finding);
}
if (values.write) recordResult("proxy", `${conditions()}\n\n${table.text}`);
