/** A table of PostgreSQL: each write is one INSERT that is committed by itself. */

import { Client, DatabaseError } from "pg";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { after } from "../../../base/time.ts";
import type { StoreSpec } from "../../../scenario/target/ledger.ts";
import { socketFor } from "../../guard/connect.ts";
import { askPostgres } from "../../stack/clients/postgres.ts";
import { acknowledged, type Connect, type StoreAnswer, type StoreConnection, type StoreDoor } from "./store.ts";

export type TableSpec = Extract<StoreSpec, { kind: "table" }>;

/** Makes the table, where the target says how. */
export async function createTable({ create }: TableSpec, { address, access, guard, timeoutMs }: StoreDoor): Promise<void> {
  if (create !== undefined) await askPostgres(create, { address, login: loginOf(access), timeoutMs, guard });
}

export function tableConnections({ statement }: TableSpec, door: StoreDoor): Connect {
  const { address, guard, timeoutMs } = door;
  const login = loginOf(door.access);
  return async () => {
    const socket = socketFor(address, guard);
    const client = new Client({ host: address.host, port: address.port, ...login, stream: () => socket, application_name: "roadworthy-ledger" });
    let isBroken = false;
    const breaks = (): void => void (isBroken = true);
    client.on("error", breaks);
    client.on("end", breaks);
    socket.once("close", breaks);
    const late = (): void => void socket.destroy(new RoadworthyError("target-not-ready", `no answer within ${timeoutMs} ms`));
    try {
      using _timer = after(timeoutMs, late);
      await client.connect();
    } catch (error) {
      socket.destroy();
      throw error;
    }
    const write = async (id: string): Promise<StoreAnswer> => {
      using _timer = after(timeoutMs, late);
      try {
        await client.query({ name: "write", text: statement, values: [id] });
        return acknowledged;
      } catch (error) {
        const answer = answerOf(error);
        if (answer.outcome === "info") breaks();
        return answer;
      }
    };
    const connection: StoreConnection = {
      write,
      get isBroken() {
        return isBroken;
      },
      [Symbol.dispose]: () => void socket.destroy(),
    };
    return connection;
  };
}

/**
 * The server's ERROR rolls the statement back. FATAL and PANIC end the session at any moment, also when the commit is on its way to the disk
 * already, and so does a connection that breaks: both leave the write in doubt.
 */
function answerOf(error: unknown): StoreAnswer {
  const isRolledBack = error instanceof DatabaseError && error.severity === "ERROR";
  return { outcome: isRolledBack ? "refused" : "info", why: messageOf(error) };
}

function loginOf(access: StoreDoor["access"]): { user: string; password: string; database: string } {
  if (access.kind !== "postgres") throw new RoadworthyError("target-invalid", "a table can only be written to in a node of kind postgres");
  const { user, password, database } = access;
  return { user, password, database };
}
