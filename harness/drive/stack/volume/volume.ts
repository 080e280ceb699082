/** The data of a store that the run itself has made, and so may destroy (R38). */

import type { UserIds } from "../tools/run-as.ts";

export interface Volume {
  /** Who its files belong to; null: who runs us. */
  readonly owner: UserIds | null;
  /** Ends the store at once, without a word to its clients, and deletes all that it has. It stays down until it is renewed. */
  destroy(): Promise<void>;
  /** Starts the store on a copy of this folder; null: on what it had at first, without the target's data. Resolves when it can be used. */
  renew(from: string | null): Promise<void>;
}
