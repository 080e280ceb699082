/** What one check of the proxy found out: a row of the table that `harness/proof/proxy.ts` prints. */

export interface Finding {
  /** What was done. */
  readonly what: string;
  /** What must hold. */
  readonly must: string;
  readonly seen: string;
  /** null where it is shown for comparison only, or the system cannot tell. */
  readonly held: boolean | null;
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MiB`;
}
