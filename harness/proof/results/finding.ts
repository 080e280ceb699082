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
  readonly #lines: string[] = [];

  /** The whole table so far. */
  get text(): string {
    return this.#lines.join("\n");
  }

  print({ what, must, seen, held }: Finding): void {
    if (this.#lines.length === 0) this.#say("| what | must | seen | held |", "|---|---|---|---|");
    this.#say(`| ${what} | ${must} | ${seen} | ${held === null ? "for comparison" : held ? "yes" : "NO"} |`);
    if (held === false) process.exitCode = 1;
  }

  #say(...lines: readonly string[]): void {
    for (const line of lines) console.log(line);
    this.#lines.push(...lines);
  }
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}
