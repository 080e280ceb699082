/** One scripted store of each kind. */

import { diceOf } from "../dice.ts";
import type { ServiceScript } from "../script.ts";
import type { OwnClock, TruthLog } from "../truth-log.ts";
import { placeKinds } from "./places.ts";
import { ScriptedStore } from "./scripted-store.ts";

export class Stores {
  readonly #stores: ReadonlyMap<string, ScriptedStore>;

  constructor(script: ServiceScript, { clock, logs }: { clock: OwnClock; logs: ReadonlyMap<string, TruthLog> }) {
    this.#stores = new Map(
      placeKinds.flatMap((kind, index): [string, ScriptedStore][] => {
        const log = logs.get(kind);
        return log === undefined ? [] : [[kind, new ScriptedStore({ kind, ...script.stores[kind] }, { dice: diceOf(script.seed + index), clock, log })]];
      }),
    );
  }

  of(kind: string): ScriptedStore | undefined {
    return this.#stores.get(kind);
  }

  fault(): void {
    for (const store of this.#stores.values()) store.fault();
  }
}
