/** A way to back up a store and to bring it back. What a target says (`backups`), as something that can be carried out. */

import type { InstantUs } from "../../base/time.ts";
import type { BackupSpec } from "../../scenario/drill/backup.ts";
import type { Errand } from "../stack/embedded/run-to-end.ts";
import type { Stack } from "../stack/stack.ts";
import type { UserIds } from "../stack/tools/run-as.ts";

/** Where it works. */
export interface Site<Spec = BackupSpec> {
  readonly stack: Stack;
  /** The store. */
  readonly node: string;
  readonly spec: Spec;
  /** Kept from one back-up to the next; it belongs to `owner`. */
  readonly folder: string;
  readonly owner: UserIds | null;
  /** When it is given up. */
  readonly deadlineUs: InstantUs;
  readonly signal: AbortSignal;
  /** Runs a tool to its end, in `folder` unless it says otherwise; answers with what it printed. */
  runTool(tool: Tool): Promise<readonly string[]>;
}

/** `as`: whose rights it has; the volume's owner's when left out. */
export type Tool = Pick<Errand, "command" | "env"> & { readonly workingFolder?: string; readonly as?: "owner" | "us" };

/** Of the newest back-up. */
export interface Made {
  /** What is in it was there at this instant. */
  readonly asOfUs: InstantUs;
  /** null: not known. */
  readonly bytes: number | null;
  /** "pg_dump of app". */
  readonly what: string;
}

export interface Restored extends Omit<Made, "asOfUs"> {
  /** null: the tool does not say; then the checks show whether it is the newest back-up. */
  readonly asOfUs: InstantUs | null;
}

export interface BackupMethod<Spec> {
  /** One row of the README's table. */
  readonly about: { readonly backsUp: string; readonly restores: string; readonly age: string };
  /** Why it cannot be done here, or null. */
  unavailable(site: Site<Spec>): Promise<string | null>;
  backUp(site: Site<Spec>): Promise<Made>;
  /** Into a volume that is destroyed. */
  restore(site: Site<Spec>, last: Made): Promise<Restored>;
}

/** The same in a container, told in the same row. */
export type ContainedMethod<Spec> = Omit<BackupMethod<Spec>, "about">;
