/** What every toxic has to offer, and what the proxy offers to it. */

import type { Dice } from "../../../base/random.ts";

/** One toxic at work in one direction of one connection. Bytes and the end come in here; what goes on goes to the outlet. */
export interface Stage extends Disposable {
  /** Bytes held back now. Above the toxic's `holdLimitBytes` the sender is paused. */
  heldBytes(): number;
  write(chunk: Buffer): void;
  /** The sender is done. Called once at most, after the last `write`. */
  end(): void;
  /** The attributes, which the stage reads afresh each time, have changed. */
  refresh(): void;
  /** The toxic is gone: hand on at once and in order what is held, or close when bytes were dropped. Nothing is called afterwards but dispose. */
  retire(): void;
}

/** Where a stage sends what it lets through. Everything is passed on in order. */
export interface Outlet {
  pass(chunk: Buffer): void;
  passEnd(): void;
  /** Close both sides of the connection once all that was passed before has been sent. */
  close(): void;
  /** Cut both sides at once with a TCP reset. */
  reset(): void;
  /** Dice of this toxic on this connection. */
  readonly roll: Dice;
}

/** One attribute of the HTTP interface that is a whole number. */
export interface AttributeRow {
  readonly unit: string;
  readonly least: number;
  /** No limit when left out. */
  readonly most?: number;
  readonly meaning: string;
}

export type AttributesOf<Names extends string> = { [Name in Names]: number };

export interface ToxicKind<Names extends string> {
  readonly summary: string;
  /** Whether all bytes arrive, in order, however the toxic comes and goes. */
  readonly lossFree: boolean;
  readonly holdLimitBytes: number;
  readonly attributes: { readonly [Name in Names]: AttributeRow };
  attach(attributes: Readonly<AttributesOf<Names>>, outlet: Outlet): Stage;
}

/** Enough to keep a slow link busy, little enough that ten thousand of them fit into memory. */
export const usualHoldLimitBytes = 65_536;
