/** The data of a store that the run itself has made, and so may destroy (R38). */

import type { UserIds } from "../tools/run-as.ts";
import type { Tar } from "./tar.ts";

export type Volume = FolderVolume | ContainerVolume;

interface AnyVolume<From> {
  /** Ends the store at once, without a word to its clients, and deletes all that it has. It stays down until it is renewed. */
  destroy(): Promise<void>;
  /** "its folder is empty"; null as long as something of the data is there. */
  gone(): Promise<string | null>;
  /** Starts the store on a copy of this; null: on what it had at first, without the target's data. Resolves when it can be used. */
  renew(from: From | null): Promise<void>;
}

/** Of a process of ours: filled from a folder. */
export interface FolderVolume extends AnyVolume<string> {
  readonly is: "folder";
  /** Who its files belong to; null: who runs us. */
  readonly owner: UserIds | null;
}

/** Of a container: filled from an archive. */
export interface ContainerVolume extends AnyVolume<Filling> {
  readonly is: "container";
}

export interface Filling {
  /** Of the store, as it sees it: what the names in the archive count from. */
  readonly folder: string;
  readonly owner: UserIds;
  readonly tar: Tar;
}
