/** One statement to PostgreSQL on a connection of its own, which is gone afterwards whatever happened. */

import { Client } from "pg";
import { RoadworthyError } from "../../../base/error.ts";
import { after } from "../../../base/time.ts";
import { socketFor } from "../../guard/connect.ts";
import { loopbackOnly, permittedAddress, type Guard } from "../../guard/guard.ts";
import { fromOwnSource } from "../../proxy/own-source.ts";
import type { Address } from "../address.ts";

export interface PostgresLogin {
  user: string;
  password: string;
  database: string;
}

export interface PostgresQuestion {
  address: Address;
  login: PostgresLogin;
  timeoutMs: number;
  /** Loopback when left out. */
  guard?: Guard;
}

/** Columns stay the text that the server sent: dates and big numbers lose nothing by being read and printed again. */
const asSent = { getTypeParser: () => (text: unknown) => text };

/** Rows of columns as text, null as "". Rejects with the server's or the system's error, or when there is no answer in time. */
export async function askPostgres(statement: string, { address, login, timeoutMs, guard = loopbackOnly }: PostgresQuestion): Promise<string[][]> {
  const host = await permittedAddress(address, guard);
  // Our own socket, which the client connects: it can be destroyed in every state of the connection.
  const socket = fromOwnSource(socketFor({ host, port: address.port }, guard), { host, port: address.port, from: address.from });
  const { user, password, database } = login;
  const client = new Client({ host, port: address.port, user, password, database, stream: () => socket, application_name: "roadworthy" });
  client.on("error", () => {});
  using _timer = after(timeoutMs, () => socket.destroy(new RoadworthyError("target-not-ready", `no answer within ${timeoutMs} ms`)));
  try {
    await client.connect();
    const result = await client.query<unknown[]>({ text: statement, rowMode: "array", types: asSent });
    // A text of several statements is answered with a list of results: the last one is the answer.
    const last: unknown = Array.isArray(result) ? result.at(-1) : result;
    return rowsOf(last);
  } finally {
    socket.destroy();
  }
}

function rowsOf(result: unknown): string[][] {
  if (typeof result !== "object" || result === null || !("rows" in result) || !Array.isArray(result.rows)) return [];
  return result.rows.map((row: unknown) => (Array.isArray(row) ? row.map(asText) : []));
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
