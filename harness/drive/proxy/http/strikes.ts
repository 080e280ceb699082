/** Which of a link's toxics on requests strikes which request of one connection. The first one that fits and whose dice fall so; one throw a request. */

import type { Dice } from "../../../base/random.ts";
import type { HttpToxic } from "../relay/toxic-entry.ts";
import { isStruck } from "../toxics/http-toxic.ts";
import { strikeOf } from "../toxics/index.ts";
import type { StruckBy } from "./gate.ts";

interface Entry {
  readonly toxic: HttpToxic;
  readonly roll: Dice;
  isTouched: boolean;
}

export class Strikes {
  #entries: Entry[] = [];

  add(toxic: HttpToxic, roll: Dice): void {
    this.#entries.push({ toxic, roll, isTouched: false });
  }

  remove(toxic: HttpToxic): void {
    this.#entries = this.#entries.filter((entry) => entry.toxic !== toxic);
  }

  strike(request: { method: string; path: string }): StruckBy | null {
    const entry = this.#entries.find(({ toxic, roll }) => isStruck(toxic.spec.attributes, request) && roll() < toxic.toxicity);
    if (entry === undefined) return null;
    const { toxic } = entry;
    let isCounted = false;
    const touch = (bytes: number): void => {
      const { witness } = toxic;
      witness.bytes += bytes;
      witness.requests += isCounted ? 0 : 1;
      witness.connections += entry.isTouched ? 0 : 1;
      isCounted = true;
      entry.isTouched = true;
    };
    return { toxic, strike: strikeOf(toxic.spec), touch };
  }
}
