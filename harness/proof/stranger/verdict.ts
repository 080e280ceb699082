/** What a run of the shop's came to, as a program of its owner reads it. */

import { z } from "zod";
import { npxRoadworthy } from "./installed-package.ts";
import type { Shop } from "./shop.ts";

const suiteSchema = z.object({ outcome: z.string(), exitCode: z.int(), headline: z.string(), objectives: z.array(z.object({ objective: z.string(), outcome: z.string().nullable(), value: z.unknown(), why: z.string().nullish() })) });

export interface Came {
  readonly exitCode: number | null;
  /** "SHOP-05 fail", for those that were ruled on. */
  readonly rulings: readonly string[];
  /** What kept it from its end, and why a ruling failed or could not be made. */
  readonly whys: readonly string[];
}

/** `words`: "run …" or "suite …" as its owner types it. */
export async function verdictOf(shop: Shop, words: readonly string[]): Promise<Came> {
  const { exitCode, stdout, stderr } = await npxRoadworthy(shop.folder, [...words, "--json"], shop.env);
  if (!stdout.startsWith("{")) throw new Error(`roadworthy ${words.join(" ")} ended with ${exitCode}: ${stderr}`);
  const { headline, objectives } = suiteSchema.parse(JSON.parse(stdout));
  const ruled = objectives.filter(({ outcome }) => outcome !== null);
  const whys = ruled.filter(({ outcome }) => outcome !== "pass").map(({ objective, why }) => `${objective}: ${why ?? ""}`);
  return { exitCode, rulings: ruled.map(({ objective, outcome }) => `${objective} ${outcome}`), whys: exitCode === 0 || exitCode === 1 ? whys : [`${headline} ${lastLineOf(stderr)}`, ...whys] };
}

function lastLineOf(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
