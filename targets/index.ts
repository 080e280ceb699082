/** The table of targets: a name on the command line is a row here. */

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "../harness/index.ts";
import { duplicateBriefs } from "./broken/duplicate-briefs.ts";
import { emptyBackup } from "./broken/empty-backup.ts";
import { failingLookups } from "./broken/failing-lookups.ts";
import { forgetsFailures } from "./broken/forgets-failures.ts";
import { frozenSupervisor } from "./broken/frozen-supervisor.ts";
import { losesOnKill } from "./broken/loses-on-kill.ts";
import { lyingHealth } from "./broken/lying-health.ts";
import { misplacedRestore } from "./broken/misplaced-restore.ts";
import { neverReconnects } from "./broken/never-reconnects.ts";
import { neverStarts } from "./broken/never-starts.ts";
import { nightShift } from "./broken/night-shift.ts";
import { pickyWorkers } from "./broken/picky-workers.ts";
import { slowApi } from "./broken/slow-api.ts";
import { slowToResume } from "./broken/slow-to-resume.ts";
import { staleBackup } from "./broken/stale-backup.ts";
import { thinCrew } from "./broken/thin-crew.ts";
import { unclearRefusals } from "./broken/unclear-refusals.ts";
import { continuumReport } from "./continuum-report/target.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** Known-bad variants, each of which must turn exactly its own objectives red. */
export const brokenTargets: readonly Target[] = [
  slowApi,
  losesOnKill,
  neverReconnects,
  lyingHealth,
  duplicateBriefs,
  nightShift,
  failingLookups,
  forgetsFailures,
  pickyWorkers,
  thinCrew,
  slowToResume,
  unclearRefusals,
  frozenSupervisor,
  neverStarts,
  staleBackup,
  emptyBackup,
  misplacedRestore,
];

export const builtInTargets: readonly { target: Target; folder: string }[] = [
  { target: continuumReport, folder: join(here, "continuum-report") },
  ...brokenTargets.map((target) => ({ target, folder: join(here, "broken") })),
];
