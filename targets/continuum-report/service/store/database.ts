/**
 * PostgreSQL behind one small interface. The pool reconnects by itself: a connection that failed or fell silent is thrown away, and the
 * next statement opens a new one. Limits on connecting and on each statement make a stalled link show as an error, not as a wait.
 */

import { Pool } from "pg";
import type { PoolConfig, QueryResultRow } from "pg";
import { logTrouble } from "../base/log-line.ts";
import { connectFailure, statementFailure } from "./database-failure.ts";

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Database {
  /** The rows. Fails with Unavailable (outage) or DocumentFault (the content was refused). */
  query<Row extends QueryResultRow>(statement: Statement): Promise<Row[]>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly connections: number;
  /** For connecting, and for each statement. */
  readonly limitMs: number;
}

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool(connectionSettings(options));
  // A connection reports its loss whether it is idle or at work; without a listener that would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", (error) => logTrouble(`postgres: idle connection lost: ${error.message}`));
  return { query: (statement) => queryOnPool(pool, statement), close: () => pool.end() };
}

function connectionSettings(options: DatabaseOptions): PoolConfig {
  return {
    connectionString: options.url,
    max: options.connections,
    connectionTimeoutMillis: options.limitMs,
    query_timeout: options.limitMs,
    statement_timeout: options.limitMs,
    keepAlive: true,
    idleTimeoutMillis: 30_000,
  };
}

async function queryOnPool<Row extends QueryResultRow>(pool: Pool, statement: Statement): Promise<Row[]> {
  const client = await pool.connect().catch((error: unknown) => {
    throw connectFailure(error);
  });
  try {
    const result = await client.query<Row>(statement.text, [...(statement.values ?? [])]);
    client.release();
    return result.rows;
  } catch (error) {
    // Not knowing what state it is in, we never use this connection again.
    client.release(true);
    throw statementFailure(error);
  }
}
