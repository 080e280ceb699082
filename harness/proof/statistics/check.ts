/** Every statistical claim of the judge, simulated. Same seed, same findings. */

import { checkBinomialClaims } from "./binomial-claims.ts";
import { checkClusteredFailures } from "./clustered-failures.ts";
import type { Finding } from "./finding.ts";
import { checkRecoveries } from "./recoveries.ts";
import { checkRepeatedLooks } from "./repeated-looks.ts";
import { checkSteadyPhases } from "./steady-phases.ts";

export function checkStatistics(simulations: number, seed: number): Finding[] {
  return [checkBinomialClaims, checkClusteredFailures, checkSteadyPhases, checkRecoveries, checkRepeatedLooks].flatMap((check) => check(simulations, seed));
}
