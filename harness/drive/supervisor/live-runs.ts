/** The runs of a user that are under way, known by their journals: their harness is there, by pid and start time. */

import { defaultStateFolder, readJournals } from "./journal.ts";
import { bootIdentity, isAlive } from "./system/processes.ts";

export interface LiveRun {
  readonly run: string;
  /** Of its journal. */
  readonly folder: string;
}

/** In the order of their names, which is that of their starts. */
export function liveRuns(stateFolder: string = defaultStateFolder()): LiveRun[] {
  const boot = bootIdentity();
  return readJournals(stateFolder)
    .filter(({ header }) => header !== null && header.boot === boot && isAlive(header.harness))
    .map(({ run, folder }) => ({ run, folder }))
    .toSorted((a, b) => (a.run < b.run ? -1 : 1));
}
