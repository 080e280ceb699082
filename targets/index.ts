/** The table of targets: a name on the command line is a row here. */

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Target } from "../harness/index.ts";
import { continuumReport } from "./continuum-report/target.ts";

const here = dirname(fileURLToPath(import.meta.url));

export const builtInTargets: readonly { target: Target; folder: string }[] = [{ target: continuumReport, folder: `${here}/continuum-report` }];
