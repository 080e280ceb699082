/** The table of mutations. A new guard is a row here: what is taken out of which file, and the tests that must notice. */

import type { Mutation } from "./row.ts";
import { ledgerRows } from "./ledger-rows.ts";
import { recoveryRows } from "./recovery-rows.ts";
import { repeatRows } from "./repeat-rows.ts";
import { safetyRows } from "./safety-rows.ts";
import { steadyRows } from "./steady-rows.ts";
import { verdictRows } from "./verdict-rows.ts";

export const mutations: readonly Mutation[] = [...safetyRows, ...steadyRows, ...verdictRows, ...recoveryRows, ...ledgerRows, ...repeatRows];
