/** A back-up of one's own: all rows of the tables in one file, as of one snapshot. What is wrong with a build stands in the file that uses this. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { requiredText } from "../../../continuum-report/service/base/environment.ts";
import { messageOf } from "../../../continuum-report/service/base/failure.ts";
import { logLine, logTrouble } from "../../../continuum-report/service/base/log-line.ts";
import { schemaStatements } from "../../../continuum-report/service/store/schema.ts";

/** In this order they can be filled again. */
const tables = ["documents", "briefs", "processing_logs"];
const limitMs = 10_000;

export interface Export {
  takenAt: string;
  /** By table: its rows, as PostgreSQL writes them in JSON. */
  rows: Record<string, string>;
}

export interface Steps {
  readonly backUp: (folder: string, url: string) => Promise<void>;
  readonly restore: (folder: string, url: string) => Promise<void>;
}

/** `node <module> back-up|restore <folder>` */
export async function runBackup({ backUp, restore }: Steps): Promise<void> {
  const [what, folder = ""] = process.argv.slice(2);
  try {
    await (what === "back-up" ? backUp : restore)(folder, requiredText(process.env, "DATABASE_URL"));
  } catch (error) {
    logTrouble(`cannot ${what}: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}

export function exportFile(folder: string): string {
  return join(folder, "export.json");
}

export async function readTables(url: string): Promise<Export> {
  return await connected(url, async (client) => {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const takenAt = new Date().toISOString();
    const rows: Record<string, string> = {};
    for (const table of tables) rows[table] = (await client.query<{ rows: string }>(`SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${table} t`)).rows[0]?.rows ?? "[]";
    return { takenAt, rows };
  });
}

/** Whole, or not at all. */
export function writeExport(folder: string, data: Export): void {
  writeFileSync(`${exportFile(folder)}.making`, JSON.stringify(data));
  renameSync(`${exportFile(folder)}.making`, exportFile(folder));
}

export function readExport(folder: string): Export {
  const data: Export = JSON.parse(readFileSync(exportFile(folder), "utf8"));
  return data;
}

/** Makes the tables and fills them, and says how old that is. */
export async function fillTables(url: string, { takenAt, rows }: Export): Promise<void> {
  await connected(url, async (client) => {
    await client.query("BEGIN");
    for (const statement of schemaStatements) await client.query(statement);
    for (const table of tables) await client.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(null::${table}, $1)`, [rows[table] ?? "[]"]);
    await client.query("COMMIT");
  });
  logLine(`as-of ${takenAt}`);
}

export async function connected<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: limitMs, query_timeout: limitMs });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
