/** What must hold of workloads that write a ledger straight to its store: the ids of a ledger are numbered by one process alone. */

import { RoadworthyError } from "../../base/error.ts";
import type { Target } from "../target/target.ts";
import { isOwn, routesOf, type Workload } from "./workload.ts";

/** Throws `scenario-invalid` for a ledger that more than one workload writes to. */
export function checkLedgerWorkloads(workloads: readonly Workload[], target: Pick<Target, "routes">): void {
  for (const workload of workloads) {
    if (workload.engine !== "ledger") continue;
    const other = workloads.find((each) => each !== workload && ledgersOf(each, target).includes(workload.ledger));
    if (other === undefined) continue;
    throw new RoadworthyError("scenario-invalid", `ledger "${workload.ledger}" is written by workload "${workload.name}" and by "${other.name}", which would give the same ids twice`, {
      hint: "give each of them a ledger of its own",
      where: workload.name,
    });
  }
}

function ledgersOf(workload: Workload, { routes }: Pick<Target, "routes">): string[] {
  if (workload.engine === "ledger") return [workload.ledger];
  if (!isOwn(workload)) return [];
  return routesOf(workload, Object.keys(routes)).flatMap((route) => routes[route]?.write?.ledger ?? []);
}
