/**
 * Takes one guard after the other out of a copy of this repository and runs the tests that must notice. Exits 1 when one survives, when a
 * row no longer fits its file, or when the tests fail without any guard being gone.
 *
 *   node harness/proof/mutation.ts [part of a name…]
 */

import { messageOf } from "../base/error.ts";
import { nowUs } from "../base/time.ts";
import { copyRepository, type Copy } from "./mutation/copy.ts";
import type { Mutation } from "./mutation/row.ts";
import { mutations } from "./mutation/rows.ts";
import { runTests } from "./mutation/tests.ts";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt.abort(new Error(signal)));

interface Fate {
  noticed: boolean;
  /** The first test that failed, or why none did. */
  by: string;
}

async function fateOf(mutation: Mutation, copy: Copy): Promise<Fate> {
  using _gone = copy.without(mutation);
  const result = await runTests(copy.folder, mutation.tests, { untilFirst: true, signal: interrupt.signal });
  if (result === null) return { noticed: false, by: "its tests did not end" };
  if (result.failures[0] !== undefined) return { noticed: true, by: result.failures[0] };
  // A mutant that is no program is found out by anything, so it shows nothing.
  return { noticed: false, by: result.unloadable[0] ?? `all ${result.passed} tests passed` };
}

async function untouched(rows: readonly Mutation[], copy: Copy): Promise<string | null> {
  const result = await runTests(copy.folder, [...new Set(rows.flatMap(({ tests }) => tests))], { untilFirst: false, signal: interrupt.signal });
  if (result === null) return "the tests did not end";
  return [...result.unloadable, ...result.failures].join("\n") || null;
}

async function main(chosen: readonly string[]): Promise<number> {
  const rows = mutations.filter(({ name }) => chosen.length === 0 || chosen.some((part) => name.includes(part)));
  using copy = copyRepository();
  const broken = await untouched(rows, copy);
  if (broken !== null) {
    console.error(`without any mutation, these fail already:\n${broken}`);
    return 1;
  }
  let survivors = 0;
  console.log("| taken out | of | noticed by | s |\n|---|---|---|---|");
  for (const mutation of rows) {
    const beganUs = nowUs();
    const { noticed, by } = await fateOf(mutation, copy).catch((error: unknown): Fate => ({ noticed: false, by: messageOf(error) }));
    interrupt.signal.throwIfAborted();
    if (!noticed) survivors += 1;
    console.log(`| ${[mutation.name, mutation.file, noticed ? by : `NOBODY: ${by}`, ((nowUs() - beganUs) / 1e6).toFixed(1)].join(" | ")} |`);
  }
  console.log(`\n${rows.length - survivors} of ${rows.length} guards are missed when they are gone.`);
  return survivors === 0 && rows.length > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
