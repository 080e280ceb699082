/** The thread in which an untrusted text is parsed: it may be ended at any moment, and answers with one message. */

import { parentPort, workerData } from "node:worker_threads";
import { parse } from "yaml";
import { messageOf } from "../../base/error.ts";

export type Parsed = { data: unknown } | { problem: string; hint: string };

const maxDepth = 50;

parentPort?.postMessage(parsed(String(workerData)), []);

function parsed(text: string): Parsed {
  try {
    // Aliases are off: a small file could otherwise unfold into gigabytes.
    const data: unknown = parse(text, { maxAliasCount: 0, logLevel: "error" });
    return isDeeperThan(data, maxDepth) ? { problem: `it is nested deeper than ${maxDepth}`, hint: "flatten it" } : { data };
  } catch (error) {
    return { problem: messageOf(error), hint: "correct the YAML at the named line" };
  }
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((entry) => isDeeperThan(entry, depth - 1));
}
