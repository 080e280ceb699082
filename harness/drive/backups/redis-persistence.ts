/** What the two ways of backing up Redis share: its settings, its state of saving, and where its files are. */

import { join } from "node:path";
import { poll } from "../../base/time.ts";
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
