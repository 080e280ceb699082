/** What a program of this room found out: a row of the table that it prints. */

export interface Finding {
  /** What was done. */
  readonly what: string;
  /** What must hold. */
  readonly must: string;
  readonly seen: string;
  /** null where it is shown for comparison only, or the system cannot tell. */
  readonly held: boolean | null;
}

/** Prints each finding as it comes, and makes the process end with 1 when one did not hold. */
export class FindingsTable {
  #hasHead = false;

  print({ what, must, seen, held }: Finding): void {
    if (!this.#hasHead) console.log("| what | must | seen | held |\n|---|---|---|---|");
    this.#hasHead = true;
    console.log(`| ${what} | ${must} | ${seen} | ${held === null ? "for comparison" : held ? "yes" : "NO"} |`);
    if (held === false) process.exitCode = 1;
  }
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}
