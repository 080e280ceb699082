/** Takes every connection that PostgreSQL gives to ordinary users, and each that becomes free. */

import { Client } from "pg";
import { systemErrorCode } from "../../../base/error.ts";
import { socketFor } from "../../guard/connect.ts";
import { loopbackOnly } from "../../guard/guard.ts";
import type { Hold, Holding } from "./order.ts";
import { restUnlessEnded } from "./rest.ts";

const connectWithinMs = 5_000;
const tryEveryMs = 20;
const mostConnections = 10_000;
/** "too many connections", for ordinary users also when only those reserved for superusers are left. */
const tooMany = "53300";

export async function holdConnections({ address, login }: Hold<"connections">, { say, ended }: Holding): Promise<void> {
  const held = new Set<Client>();
  let full = false;
  const takeOne = async (): Promise<boolean> => {
    const client = new Client({ ...address, ...login, stream: () => socketFor(address, loopbackOnly), application_name: "roadworthy", connectionTimeoutMillis: connectWithinMs });
    client.on("error", () => held.delete(client));
    client.on("end", () => held.delete(client));
    try {
      await client.connect();
      held.add(client);
      return true;
    } catch (error) {
      // Once it has been full, a server that is restarted meanwhile is only waited for.
      if (systemErrorCode(error) !== tooMany && !full) throw error;
      return false;
    }
  };
  try {
    while (!ended.aborted) {
      const taken = held.size < mostConnections && (await takeOne());
      if (taken) continue;
      full = true;
      say(`${held.size} connections`);
      await restUnlessEnded(tryEveryMs, ended);
    }
  } finally {
    await Promise.allSettled([...held].map((client) => client.end()));
  }
}
