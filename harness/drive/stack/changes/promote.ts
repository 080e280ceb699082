/**
 * A copy of a PostgreSQL server takes its place: it ends its recovery, and whatever led to the server leads to it from then on.
 *
 *   clients ──▶ proxy ──▶ primary ══stream══▶ standby         promoted: clients ──▶ proxy ──▶ standby, and who is connected is cut off
 */

import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, poll } from "../../../base/time.ts";
import type { Guard } from "../../guard/guard.ts";
import type { ProxyClient } from "../../proxy/client.ts";
import type { Address } from "../address.ts";
import { askPostgres, type PostgresLogin } from "../clients/postgres.ts";
import { restMs, secondsSince, type ChangeOrder } from "./changes.ts";

export interface Promotion {
  /** Of the copy, for ourselves. */
  readonly address: Address;
  /** Who may promote it. */
  readonly login: PostgresLogin;
  readonly guard: Guard;
  readonly proxy: ProxyClient;
  /** Names at the proxy of all that lead to the server whose copy it is. */
  readonly ways: readonly string[];
  /** The copy, as the proxy reaches it. */
  readonly upstream: string;
}

const lookEveryMs = 50;
const askWithinMs = 2_000;

/** Errors: `target-not-ready` when it is none that could be promoted, or still is a copy when the time is over. */
export async function promote({ address, login, guard, proxy, ways, upstream }: Promotion, order: ChangeOrder): Promise<void> {
  const { node, tell, deadlineUs, signal } = order;
  const beganUs = nowUs();
  const ask = async (statement: string, timeoutMs: number): Promise<string> => (await askPostgres(statement, { address, login, timeoutMs, guard }))[0]?.[0] ?? "";
  if ((await ask("select pg_is_in_recovery()", Math.min(askWithinMs, restMs(order)))) !== "t") throw new RoadworthyError("target-not-ready", `${node} is no copy of another server, so it cannot be promoted`, { where: node, hint: "see whether it was promoted already" });
  await ask("select pg_promote(false)", restMs(order));
  const isServer = async (): Promise<true | undefined> => ((await ask("select pg_is_in_recovery()", askWithinMs)) === "f" ? true : undefined);
  if ((await poll(isServer, { intervalMs: lookEveryMs, deadlineUs, signal })) === undefined) throw new RoadworthyError("target-not-ready", `${node} was still a copy when the time was over`, { where: node, hint: "give the operation more time with `within`" });
  tell(node, `takes writes ${secondsSince(beganUs)} after it was told to`);
  // Not before: nobody is to write to a copy.
  await Promise.all(ways.map((way) => proxy.setUpstream(way, upstream, restMs(order))));
  for (const way of ways) tell(node, `${way} leads to it`);
}
