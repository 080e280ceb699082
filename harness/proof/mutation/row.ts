/** One guard taken out: what is replaced by what, and the tests of which one must notice. */

export interface Mutation {
  /** What is gone, as a noun phrase. */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file: short, and of what the guard is made, so that it lasts. */
  readonly find: string;
  readonly replace: string;
  /** Files of tests. */
  readonly tests: readonly string[];
}

/** The text with the guard taken out. Throws when it cannot be found, or not told from another place: then the row is out of date. */
export function mutated({ name, file, find, replace }: Mutation, text: string): string {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`"${name}": \`${find}\` stands ${count} times in ${file}, and must stand there once; bring the row up to date`);
  return text.replace(find, () => replace);
}
