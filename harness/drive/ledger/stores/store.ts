/** A store that a ledger is written to without a service in between, on connections that the writers keep. */

import type { WriteOutcome } from "../../../log/event.ts";
import type { Guard } from "../../guard/guard.ts";
import type { Address, NodeAccess } from "../../stack/address.ts";

/** What became of one write. `why` is empty for an acknowledged one. */
export interface StoreAnswer {
  readonly outcome: WriteOutcome;
  readonly why: string;
}

export interface StoreConnection extends Disposable {
  /** It is of no use any more: the server has closed it, or a write on it is in doubt. */
  readonly isBroken: boolean;
  /** Sends the write and waits for its answer. Never rejects: what is not answered is in doubt. */
  write(id: string): Promise<StoreAnswer>;
}

export interface StoreDoor {
  /** A literal address. */
  readonly address: Address;
  readonly access: NodeAccess;
  readonly guard: Guard;
  /** For connecting, and for each write. */
  readonly timeoutMs: number;
}

/** Opens a connection; rejects when there is none to be had, and nothing has been written by then. */
export type Connect = () => Promise<StoreConnection>;

export const acknowledged: StoreAnswer = { outcome: "ok", why: "" };
