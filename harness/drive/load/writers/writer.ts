/**
 * One writer: a connection, and one write at a time.
 *
 *     due ──▶ connected? ──yes──▶ invoke ─▶ send ─▶ ok │ refused │ info (the connection is given up)
 *                 no
 *                 └──▶ connects anew ──fails──▶ a failed request, of which nothing was sent; again with its next turn
 */

import { messageOf, systemErrorCode } from "../../../base/error.ts";
import { nowUs, wait, waitUntil, type InstantUs } from "../../../base/time.ts";
import type { RequestOutcome, WriteOutcome } from "../../../log/event.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Connect, StoreConnection } from "../../ledger/stores/store.ts";
import type { GuestRequest } from "../guest/guest.ts";

/** When its writes are due; null: the next when the one before has been answered. */
export type Turns = { readonly firstUs: InstantUs; readonly everyUs: number } | null;

export interface WriterOptions {
  readonly connection: StoreConnection;
  readonly connect: Connect;
  readonly turns: Turns;
  readonly ledger: Ledger;
  readonly over: AbortSignal;
  /** No write is due from here on, however late the signal comes. */
  readonly untilUs: InstantUs;
  readonly record: (request: Omit<GuestRequest, "route">) => void;
  readonly onFlight: (change: 1 | -1) => void;
}

/** A closed model's writer that finds nobody there tries again after this. */
const pauseMs = 50;
const outcomes: Readonly<Record<WriteOutcome, RequestOutcome>> = { ok: "ok", refused: "status", info: "reset" };

/** Writes until `over`, and resolves when its last write was answered. */
export async function startWriter(options: WriterOptions): Promise<void> {
  const { turns, over, untilUs } = options;
  let connection: StoreConnection | null = options.connection;
  try {
    for (let turn = 0; !over.aborted; turn += 1) {
      const intendedUs = turns === null ? nowUs() : Math.round(turns.firstUs + turn * turns.everyUs);
      if (intendedUs >= untilUs) break;
      if (turns !== null) await untilDue(intendedUs, over);
      if (connection?.isBroken === true) {
        // Nothing is sent on a connection that is known to be gone: that would be in doubt for no reason.
        connection[Symbol.dispose]();
        connection = null;
      }
      connection ??= await connected(options, intendedUs);
      if (connection !== null) await written(connection, options, intendedUs);
      else if (turns === null) await wait(pauseMs, over);
    }
  } catch (error) {
    // A wait that ends with the scenario is the end of the writer.
    if (!over.aborted) throw error;
  } finally {
    connection?.[Symbol.dispose]();
  }
}

/** A timer may come a part of a millisecond early. */
async function untilDue(atUs: InstantUs, over: AbortSignal): Promise<void> {
  while (nowUs() < atUs) await waitUntil(atUs, over);
}

/** Null when nobody is there, which is recorded as a write that failed: it was due, and nothing of it was sent. */
async function connected({ connect, record }: WriterOptions, intendedUs: InstantUs): Promise<StoreConnection | null> {
  const startUs = nowUs();
  try {
    return await connect();
  } catch (error) {
    record({ intendedUs, startUs, endUs: nowUs(), status: 0, outcome: "refused", bytes: 0, message: systemErrorCode(error) ?? messageOf(error) });
    return null;
  }
}

async function written(connection: StoreConnection, { ledger, record, onFlight }: WriterOptions, intendedUs: InstantUs): Promise<void> {
  const id = ledger.nextId();
  const startUs = nowUs();
  ledger.invoke(id, intendedUs, startUs);
  onFlight(1);
  const answer = await connection.write(id);
  const endUs = nowUs();
  onFlight(-1);
  ledger.settle(id, answer.outcome, { intendedUs, at: endUs });
  record({ intendedUs, startUs, endUs, status: 0, outcome: outcomes[answer.outcome], bytes: 0, message: answer.why });
}
