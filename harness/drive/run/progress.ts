/** What a person wants to see while a run is under way. */

export interface Progress {
  scenario: string | null;
  /** "2 of 4". */
  position: string;
  /** Phase of the scenario, or what is being done: "boot", "reading back". */
  stage: string;
  leftMs: number | null;
  requestsPerSecond: number;
  errorsPerSecond: number;
  activeFaults: readonly string[];
  /** People whose confirmation is awaited. */
  waitingFor: readonly string[];
  /** Something that happened just now, worth a line of its own. */
  note: string | null;
}

export function stageOnly(stage: string, note: string | null = null): Progress {
  return { scenario: null, position: "", stage, leftMs: null, requestsPerSecond: 0, errorsPerSecond: 0, activeFaults: [], waitingFor: [], note };
}
