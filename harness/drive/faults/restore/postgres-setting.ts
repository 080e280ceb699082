/**
 * Takes back what ALTER SYSTEM has set. That stands in a file of the data folder and outlives the server, so a server that does not run
 * has to be healed as well: then the line is taken out of the file, and the server gets a moment to show that it was only just starting.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError, systemErrorCode } from "../../../base/error.ts";
import { nowUs, wait } from "../../../base/time.ts";
import { askPostgres } from "../../stack/clients/postgres.ts";
import type { Restore } from "./order.ts";

const answerWithinMs = 1_500;
const lookEveryMs = 50;
const withinMs = 4_000;
/** A server that refuses connections for this long is not there: from its start to its listening it takes a few milliseconds. */
const goneAfterMs = 600;

/** Rejects when the setting does not have its value in time. */
export async function restorePostgresSetting(order: Restore<"postgres-setting">): Promise<void> {
  const deadlineUs = nowUs() + withinMs * 1000;
  let refusedSinceUs: number | null = null;
  let problem: unknown = null;
  while (nowUs() < deadlineUs && isThere(order)) {
    try {
      if (await restored(order)) return;
    } catch (error) {
      problem = error;
      const refused = systemErrorCode(error) === "ECONNREFUSED";
      if (refused) takeOutOfFile(order);
      refusedSinceUs = refused ? (refusedSinceUs ?? nowUs()) : null;
      if (refusedSinceUs !== null && nowUs() - refusedSinceUs > goneAfterMs * 1000) return;
    }
    await wait(lookEveryMs);
  }
  if (!isThere(order)) return;
  throw problem ?? new RoadworthyError("cleanup-incomplete", `${order.name} is not ${order.value} again`);
}

/** Each on a connection of its own: the last one is new, and shows what clients get from now on. */
/** Its data go with the stack. Those in a container are seen by its address only: without a proxy behind it, the stack is gone. */
function isThere({ dataFolder }: Restore<"postgres-setting">): boolean {
  return dataFolder === null || existsSync(dataFolder);
}

async function restored({ address, database, user, passwordFile, name, value }: Restore<"postgres-setting">): Promise<boolean> {
  const login = { user, password: readFileSync(passwordFile, "utf8"), database };
  const ask = (statement: string): Promise<string[][]> => askPostgres(statement, { address, login, timeoutMs: answerWithinMs });
  await ask(`alter system reset ${name}`);
  await ask("select pg_reload_conf()");
  return (await ask(`show ${name}`))[0]?.[0] === value;
}

function takeOutOfFile({ dataFolder, name }: Restore<"postgres-setting">): void {
  if (dataFolder === null) return;
  const path = join(dataFolder, "postgresql.auto.conf");
  const lines = readFileSync(path, "utf8").split("\n");
  const kept = lines.filter((line) => !line.startsWith(`${name} =`));
  if (kept.length < lines.length) writeFileSync(path, kept.join("\n"));
}
