/** What one schema cannot see of a drill: that what is backed up, destroyed and restored belongs together. Pure. */

import { RoadworthyError } from "../../base/error.ts";
import type { ScenarioDefinition } from "../scenario.ts";
import type { Target } from "../target/target.ts";
import { storeOfBackup } from "./backup.ts";
import { manualProblems, type ManualStep } from "./manual.ts";
import type { OperationStep } from "./operation.ts";

/** Throws `scenario-invalid` naming every operation that cannot be carried out, and every loss that nothing repairs. */
export function checkDrill(scenario: ScenarioDefinition, target: Target): void {
  const problems = [...operationProblems(scenario, target), ...repairProblems(scenario, target), ...randomProblems(scenario)];
  if (problems.length === 0) return;
  throw new RoadworthyError("scenario-invalid", `scenario "${scenario.name}" is not valid: ${problems.join("; ")}`, { hint: "the target's `backups` say how each store is backed up; a restore stands in the `repair` of the step that destroys it" });
}

/** Throws `target-invalid` naming every back-up that is not for its node. */
export function checkBackups({ name, nodes, ledgers, backups }: Target): void {
  const problems = Object.entries(backups).flatMap(([node, backup]) => {
    const needed = storeOfBackup[backup.by];
    const kind = nodes[node]?.kind;
    const unknown = backup.ledgers.filter((ledger) => !Object.hasOwn(ledgers, ledger));
    return [
      ...(kind === undefined ? [`backups.${node}: there is no such node`] : []),
      ...(kind !== undefined && needed !== null && kind !== needed ? [`backups.${node}: by ${backup.by} is for ${needed}, and the node is of kind ${kind}`] : []),
      ...unknown.map((ledger) => `backups.${node}.ledgers: there is no ledger "${ledger}"`),
    ];
  });
  if (problems.length > 0) throw new RoadworthyError("target-invalid", `target "${name}" is not valid: ${problems.join("; ")}`, { hint: `nodes are: ${Object.keys(nodes).join(", ")}` });
}

function operationProblems({ operations, steps }: ScenarioDefinition, target: Target): string[] {
  const ids = steps.map(({ id }) => id);
  return (operations ?? []).flatMap(({ id, operation, within }, index) => {
    const same = ids.includes(id);
    ids.push(id);
    return [...(same ? [`operations[${index}].id: there is another step "${id}"`] : []), ...whyNot(operation, `operations[${index}]`, within, target)];
  });
}

function whyNot(operation: OperationStep["operation"], path: string, within: string, target: Target): string[] {
  if (operation.kind === "manual") return manualProblems([{ ...operation, part: "act" } satisfies ManualStep], within, path);
  return operation.kind === "back-up" ? whyNoBackup(`${path}.operation`, operation.node, target) : whyNoNode(`${path}.operation`, operation.node, target);
}

function repairProblems({ steps }: ScenarioDefinition, target: Target): string[] {
  return steps.flatMap(({ fault, repair }, index) => {
    const restored = (repair?.steps ?? []).flatMap((step) => (step.kind === "restore" ? [step.node] : []));
    const unrepaired = fault.kind === "store-destroy" && !restored.includes(fault.node);
    // A restore replaces what is there; what a command does is known to whoever wrote it.
    const undestroyed = restored.filter((node) => (fault.kind !== "store-destroy" && fault.kind !== "command") || fault.node !== node);
    return [
      ...(unrepaired ? [`steps[${index}].repair: nothing restores "${fault.node}"`] : []),
      ...undestroyed.map((node) => `steps[${index}].repair: "${node}" would be restored, and this step does not destroy it`),
      ...(repair?.steps ?? []).flatMap((step) => (step.kind === "command" ? whyNoNode(`steps[${index}].repair`, step.node, target) : [])),
      ...(repair === undefined ? [] : manualProblems(repair.steps, repair.within, `steps[${index}].repair`)),
      ...restored.flatMap((node) => whyNoBackup(`steps[${index}].repair`, node, target)),
    ];
  });
}

function randomProblems({ random }: ScenarioDefinition): string[] {
  return random.flatMap(({ choose }, index) => (choose.some(({ kind }) => kind === "store-destroy") ? [`random[${index}]: what is destroyed by chance would be restored by nobody`] : []));
}

function whyNoNode(path: string, node: string, { nodes }: Target): string[] {
  return Object.hasOwn(nodes, node) ? [] : [`${path}: there is no node "${node}"`];
}

function whyNoBackup(path: string, node: string, { backups }: Target): string[] {
  return Object.hasOwn(backups, node) ? [] : [`${path}: the target does not say how to back up "${node}"`];
}
