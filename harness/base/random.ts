/** The one source of dice. Seeded, so that the same seed gives the same run; independent streams by name, so that adding one dice user moves no other. */

import { randomBytes } from "node:crypto";

/** Uniform in [0, 1). */
export type Dice = () => number;

/** A stream of dice for `purpose` under `seed` (any safe integer). sfc32, seeded by FNV-1a of both (public-domain generators). */
export function dice(seed: number, purpose: string): Dice {
  const name = `${seed}/${purpose}`;
  let a = fnv1a(name, 0x811c9dc5);
  let b = fnv1a(name, a);
  let c = fnv1a(name, b);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4_294_967_296;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) next();
  return next;
}

/** A whole number from `low` to `high`, both included. */
export function integerBetween(roll: Dice, low: number, high: number): number {
  return low + Math.floor(roll() * (high - low + 1));
}

/** One of `items` by weight. Items and weights have the same length, at least one. */
export function pickWeighted<T>(roll: Dice, items: readonly T[], weights: readonly number[]): T {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let rest = roll() * total;
  for (const [index, item] of items.entries()) {
    rest -= weights[index] ?? 0;
    if (rest < 0) return item;
  }
  const last = items.at(-1);
  if (last === undefined) throw new RangeError("nothing to pick from");
  return last;
}

/** `count` different items in random order; all of them when there are fewer. */
export function sample<T>(roll: Dice, items: readonly T[], count: number): T[] {
  const rest = [...items];
  const picked: T[] = [];
  while (picked.length < count && rest.length > 0) {
    picked.push(...rest.splice(Math.floor(roll() * rest.length), 1));
  }
  return picked;
}

/** A seed for a run that was given none. Not a dice of the run itself. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 1_000_000);
}

/** The seed of part `name` of a whole that has `seed`: a whole number below 1,000,000,000. */
export function derivedSeed(seed: number, name: string): number {
  return Math.floor(dice(seed, name)() * 1_000_000_000);
}

/** Short lower-case token of letters and digits, for run ids. */
export function freshToken(length: number): string {
  const alphabet = "23456789abcdefghjkmnpqrstvwxyz";
  return Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join("");
}

/** A secret that cannot be guessed: 32 letters, digits, `-` and `_`. */
export function freshSecret(): string {
  return randomBytes(24).toString("base64url");
}

function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}
