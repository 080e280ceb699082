/** Files of back-ups. */

import { chownSync, cpSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UserIds } from "../stack/tools/run-as.ts";

/** Bytes of a file, or of all files in a folder. */
export function sizeOf(path: string): number {
  const facts = lstatSync(path);
  return facts.isDirectory() ? readdirSync(path).reduce((sum, entry) => sum + sizeOf(join(path, entry)), 0) : facts.size;
}

/** An empty folder in the place of whatever was there. */
export function freshFolder(path: string, owner: UserIds | null): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { mode: 0o700 });
  if (owner !== null) chownSync(path, owner.uid, owner.gid);
  return path;
}

/** Copies a file or a folder, for the store to read. */
export function copyFor(owner: UserIds | null, { from, to }: { from: string; to: string }): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
  if (owner !== null) giveTo(owner, to);
}

export function writeFor(owner: UserIds | null, path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  if (owner !== null) giveTo(owner, path);
}

function giveTo(owner: UserIds, path: string): void {
  chownSync(path, owner.uid, owner.gid);
  if (statSync(path).isDirectory()) for (const entry of readdirSync(path)) giveTo(owner, join(path, entry));
}
