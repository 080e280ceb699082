/** Numbers and texts that follow from a name alone, so that every run sees the same documents. */

import { createHash } from "node:crypto";

const words = ["contract", "invoice", "meeting", "budget", "delivery", "report", "supplier", "quarter", "policy", "review", "project", "deadline"];

/** From 0 up to 1, the same for the same name. */
export function seededFraction(name: string): number {
  return createHash("sha256").update(name).digest().readUInt32BE(0) / 2 ** 32;
}

/** So many words, the same for the same name. */
export function seededText(name: string, wordCount: number): string {
  const bytes = createHash("sha512").update(name).digest();
  return Array.from({ length: wordCount }, (_, index) => words[(bytes[index % bytes.length] ?? 0) % words.length] ?? "").join(" ");
}

/** A short fingerprint of a text. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
