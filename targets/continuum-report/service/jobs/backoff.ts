/** How long to wait before trying again: twice as long each time, up to a cap, with a tenth of jitter so that many who fail together do not return together. */

interface BackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
  /** A number from 0 up to 1. */
  readonly random: number;
}

/** `failures` counts from 1. As the jitter is far smaller than the doubling, each gap is longer than the one before until the cap. */
export function backoffMs(failures: number, options: BackoffOptions): number {
  const doubled = options.baseMs * 2 ** (Math.max(1, failures) - 1);
  return Math.round(Math.min(doubled, options.capMs) * (0.9 + 0.2 * options.random));
}
