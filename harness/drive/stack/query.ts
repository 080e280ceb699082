/** Carries out a target's queries, each on a fresh connection straight to the node: reset, completions, gauges, facts, read-back. */

import { RoadworthyError } from "../../base/error.ts";
import { formatAddress } from "../../base/loopback-address.ts";
import { nowUs, timeoutSignal } from "../../base/time.ts";
import { pickJson } from "../../scenario/route.ts";
import type { Query } from "../../scenario/target/query.ts";
import { loopbackOnly, permittedAddress, type Guard } from "../guard/guard.ts";
import { httpCall } from "../supervisor/system/http-call.ts";
import { nodeAccess, nodeAddress, redisDoor, type Addresses } from "./address.ts";
import { runProgram } from "./clients/command.ts";
import { askPostgres } from "./clients/postgres.ts";
import { readSamples } from "./clients/prometheus.ts";
import { askRedis } from "./clients/redis.ts";

export interface QueryLimits {
  /** For the whole query, all of its pages together. */
  timeoutMs: number;
  /** What may be connected to; loopback when left out. */
  guard?: Guard;
}

const pagesLimit = 10_000;

/** Rows of text columns. Rejects when the node does not answer, or not with what was expected. */
export async function runQuery(query: Query, addresses: Addresses, given: QueryLimits): Promise<string[][]> {
  const limits = { guard: loopbackOnly, ...given };
  switch (query.via) {
    case "sql":
      return await runSql(query, addresses, limits);
    case "redis":
      return rowsOfReply(await askRedis(query.command, { ...redisDoor(addresses, query.node), ...limits }), query.field);
    case "http":
      return await runHttp(query, addresses, limits);
    case "command":
      return await runProgram(query.command, addresses, limits);
    case "prometheus": {
      const text = await getText(query.node, query.path, { addresses, ...limits });
      const samples = readSamples(text, query.metric, query.labels);
      if (samples.length === 0) throw answerError(query.node, `no metric ${query.metric} with these labels`);
      return samples.map((value) => [String(value)]);
    }
  }
}

type Via<Kind extends Query["via"]> = Extract<Query, { via: Kind }>;

async function runSql(query: Via<"sql">, addresses: Addresses, limits: Required<QueryLimits>): Promise<string[][]> {
  const access = nodeAccess(addresses, query.node);
  if (access.kind !== "postgres") throw new RoadworthyError("target-invalid", `node "${query.node}" does not speak SQL`, { hint: "`via: sql` asks nodes of kind postgres" });
  return await askPostgres(query.statement, { address: nodeAddress(addresses, query.node), login: access, ...limits });
}

/** A number or text is one row; a list has a row per entry; entries that are JSON are replaced by their field. */
function rowsOfReply(reply: unknown, field: string | undefined): string[][] {
  const entries: unknown[] = Array.isArray(reply) ? reply : reply === null ? [] : [reply];
  const texts = entries.map(String);
  if (field === undefined) return texts.map((text) => [text]);
  return texts.flatMap((text) => pickJson(parseJson(text), field)).map((value) => [String(value)]);
}

async function runHttp(query: Via<"http">, addresses: Addresses, { timeoutMs, guard }: Required<QueryLimits>): Promise<string[][]> {
  const deadlineUs = nowUs() + timeoutMs * 1000;
  const wanted = query.match === undefined ? null : new RegExp(query.match);
  const rows: string[][] = [];
  let cursor = "";
  for (let page = 0; page < pagesLimit; page += 1) {
    const restMs = (deadlineUs - nowUs()) / 1000;
    if (restMs <= 0) throw answerError(query.node, `not all pages came within ${timeoutMs} ms`);
    // Each page's address is in the page before it.
    const text = await getText(query.node, query.path.replaceAll("{{cursor}}", encodeURIComponent(cursor)), { addresses, timeoutMs: restMs, guard });
    const body = parseJson(text);
    for (const value of pickJson(body, query.pick)) if (wanted === null || wanted.test(String(value))) rows.push([String(value)]);
    const next = query.next === undefined ? undefined : pickJson(body, query.next)[0];
    if (next === undefined || next === null || next === "") return rows;
    if (typeof next !== "string" && typeof next !== "number") throw answerError(query.node, `"${query.next}" is no cursor: ${JSON.stringify(next)}`);
    if (`${next}` === cursor) throw answerError(query.node, `the page after "${cursor}" names itself as the next one`);
    cursor = `${next}`;
  }
  throw answerError(query.node, `more than ${pagesLimit} pages`);
}

async function getText(node: string, path: string, { addresses, timeoutMs, guard }: Required<QueryLimits> & { addresses: Addresses }): Promise<string> {
  const address = nodeAddress(addresses, node);
  const place = formatAddress({ host: await permittedAddress(address, guard), port: address.port });
  const { status, text } = await httpCall({ method: "GET", url: `http://${place}${path}`, signal: timeoutSignal(Math.ceil(timeoutMs)), guard });
  if (status !== 200) throw answerError(node, `GET ${path} answered ${status}`);
  return text;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RoadworthyError("target-invalid", `not JSON: ${text.slice(0, 80)}`, { hint: "`field`, `pick` and `next` are taken from JSON" });
  }
}

function answerError(node: string, message: string): RoadworthyError {
  return new RoadworthyError("target-invalid", `${node}: ${message}`, { where: node, hint: "see the target's query" });
}
