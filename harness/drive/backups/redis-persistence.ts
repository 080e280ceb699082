/** What the two ways of backing up Redis share: its settings, its state of saving, and where its files are. */

import { join } from "node:path";
import { nowUs, poll, type InstantUs } from "../../base/time.ts";
import { redisDoor } from "../stack/address.ts";
import { askRedis } from "../stack/clients/redis.ts";
import type { Site } from "./backup.ts";
import { notRestorable } from "./volume-of.ts";

const askWithinMs = 10_000;
const lookEveryMs = 25;

type RedisSite = Omit<Site, "spec">;

export async function command(words: readonly string[], { stack, node }: RedisSite): Promise<unknown> {
  return await askRedis(words, { ...redisDoor(stack.addresses, node), timeoutMs: askWithinMs, guard: stack.guard });
}

/** Empty for a setting that the server does not know. */
export async function setting(name: string, site: RedisSite): Promise<string> {
  const answer = await command(["CONFIG", "GET", name], site);
  return Array.isArray(answer) && typeof answer[1] === "string" ? answer[1] : "";
}

/** Resolves once the server says so of its persistence: "rdb_bgsave_in_progress:0". */
export async function untilSays(line: string, site: RedisSite): Promise<void> {
  const look = async (): Promise<true | undefined> => (String(await command(["INFO", "persistence"], site)).split(/\r?\n/).includes(line) ? true : undefined);
  if ((await poll(look, { intervalMs: lookEveryMs, deadlineUs: site.deadlineUs, signal: site.signal })) === undefined) throw notRestorable(site.node, `it did not come to ${line} in time`);
}

/** A file or folder of the server, as we see it. */
export function fileOf(name: string, { stack, node }: RedisSite): string {
  const folder = stack.nodes.get(node)?.store?.folder;
  if (folder === undefined) throw notRestorable(node, "its files are not to be seen from here");
  return join(folder, name);
}

export function whyNoFiles({ stack, node }: RedisSite): string | null {
  return stack.nodes.get(node)?.store === null ? `the files of "${node}" are not to be seen from here` : null;
}

/** Null when the server keeps append-only files. */
export async function whyNotAppending(site: RedisSite): Promise<string | null> {
  if ((await setting("appendonly", site)) !== "yes") return `"${site.node}" keeps no append-only files: its setting \`appendonly\` is not yes`;
  return (await setting("appenddirname", site)) === "" ? `"${site.node}" keeps its append-only file in no folder of its own, as Redis does from 7.0 on` : null;
}

const rewriteSetting = "auto-aof-rewrite-percentage";

/** While its append-only files are copied, none of them may be replaced. */
export async function withoutRewriting<Result>(site: RedisSite, copy: () => Promise<Result>): Promise<Result> {
  const percentage = await setting(rewriteSetting, site);
  await command(["CONFIG", "SET", rewriteSetting, "0"], site);
  try {
    await untilSays("aof_rewrite_in_progress:0", site);
    return await copy();
  } finally {
    await command(["CONFIG", "SET", rewriteSetting, percentage], site);
  }
}

export interface SnapshotNames {
  readonly file: string;
  readonly appendOnly: boolean;
  readonly appendFolder: string;
  readonly appendFile: string;
}

export async function snapshotNames(site: RedisSite): Promise<SnapshotNames> {
  return { file: await setting("dbfilename", site), appendOnly: (await setting("appendonly", site)) === "yes", appendFolder: await setting("appenddirname", site), appendFile: await setting("appendfilename", site) };
}

/** A snapshot that is whole, and no older than this. */
export async function takeSnapshot(site: RedisSite): Promise<InstantUs> {
  // One that is under way for other reasons is older than what is asked for.
  await untilSays("rdb_bgsave_in_progress:0", site);
  await untilSays("aof_rewrite_in_progress:0", site);
  const asOfUs = nowUs();
  await command(["BGSAVE"], site);
  await untilSays("rdb_bgsave_in_progress:0", site);
  await untilSays("rdb_last_bgsave_status:ok", site);
  return asOfUs;
}

/** As the base of append-only files: a server that appends does not look at a snapshot when it starts. */
export function asAppendBase({ appendFile }: SnapshotNames): { base: string; manifest: string; text: string } {
  const base = `${appendFile}.1.base.rdb`;
  return { base, manifest: `${appendFile}.manifest`, text: `file ${base} seq 1 type b\n` };
}
