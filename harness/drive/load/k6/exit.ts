/** Exit codes that k6 means: the judge says what each of them says of the run. Any other is an end that k6 itself did not expect. */

const known: ReadonlySet<number | null> = new Set([0, 99, 100, 101, 102, 104, 105, 107, 108, 110]);

export function isKnownExit(exitCode: number | null): boolean {
  return known.has(exitCode);
}
