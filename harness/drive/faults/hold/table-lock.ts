/** Holds an ACCESS EXCLUSIVE lock on a table, in a transaction that does nothing else. */

import { once } from "node:events";
import { Client } from "pg";
import { socketFor } from "../../guard/connect.ts";
import { loopbackOnly } from "../../guard/guard.ts";
import type { Hold, Holding } from "./order.ts";

export async function holdTableLock({ address, login, table, withinMs }: Hold<"table-lock">, { say, ended }: Holding): Promise<void> {
  const client = new Client({ ...address, ...login, stream: () => socketFor(address, loopbackOnly), application_name: "roadworthy", connectionTimeoutMillis: withinMs });
  const lost = Promise.withResolvers<never>();
  client.on("error", (error) => lost.reject(error));
  lost.promise.catch(() => {});
  try {
    await client.connect();
    await take(client, table, withinMs);
    say(`a lock on ${table}`);
    if (!ended.aborted) await Promise.race([once(ended, "abort"), lost.promise]);
  } finally {
    await client.end();
  }
}

async function take(client: Client, table: string, withinMs: number): Promise<void> {
  await client.query("begin");
  // A server process that waits for the lock would not notice that we are gone; and nobody else may end this transaction for being idle.
  await client.query(`set local client_connection_check_interval = '500ms'; set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0; set local lock_timeout = '${Math.ceil(withinMs)}ms'`);
  await client.query(`lock table ${quoteTable(table)} in access exclusive mode`);
}

function quoteTable(table: string): string {
  return table
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
}
