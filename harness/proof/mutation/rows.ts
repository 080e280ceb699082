/** The table of mutations. A new guard is a row here: what is taken out of which file, and the tests that must notice. */

import type { Mutation } from "./row.ts";
import { safetyRows } from "./safety-rows.ts";
import { steadyRows } from "./steady-rows.ts";
import { verdictRows } from "./verdict-rows.ts";

export const mutations: readonly Mutation[] = [...safetyRows, ...steadyRows, ...verdictRows];
