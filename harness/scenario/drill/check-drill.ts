/** What one schema cannot see of a drill: that what is backed up, destroyed and restored belongs together. Pure. */

import { parseDurationMs } from "../../base/duration.ts";
import { RoadworthyError } from "../../base/error.ts";
import type { Scenario, ScenarioDefinition } from "../scenario.ts";
import type { Target } from "../target/target.ts";
import { timelineOf } from "../timeline.ts";
import { deployOf, type OperationStep } from "./operation.ts";
import { storeOfBackup } from "./backup.ts";
import { manualProblems, type ManualStep } from "./manual.ts";

/** Throws `scenario-invalid` naming every operation that cannot be carried out, and every loss that nothing repairs. */
export function checkDrill(scenario: ScenarioDefinition, target: Target): void {
  const problems = [...operationProblems(scenario, target), ...repairProblems(scenario, target), ...randomProblems(scenario)];
  if (problems.length === 0) return;
  throw new RoadworthyError("scenario-invalid", `scenario "${scenario.name}" is not valid: ${problems.join("; ")}`, { hint: "the target's `backups` say how each store is backed up; a restore stands in the `repair` of the step that destroys it" });
}

/** Throws `scenario-invalid` naming every change of a node that may end after the load: nobody would see what it did. */
export function checkOperationTimes(scenario: Scenario): void {
  const { operations, totalMs } = timelineOf(scenario);
  const late = operations.filter(({ operation: { operation, within }, atMs }) => operation.kind !== "back-up" && operation.kind !== "command" && atMs + parseDurationMs(within) > totalMs);
  if (late.length === 0) return;
  const problems = late.map(({ operation: { id, within }, atMs }) => `operation "${id}" begins at ${atMs / 1000} s and may take ${within}, and the load ends at ${totalMs / 1000} s`);
  throw new RoadworthyError("scenario-invalid", `scenario "${scenario.name}" is not valid: ${problems.join("; ")}`, { hint: "give it less time with `within`, or the scenario a longer `recovery` or `after`" });
}

/** Throws `target-invalid` naming every copy of what cannot be followed. */
export function checkCopies({ name, nodes }: Target): void {
  const problems = Object.entries(nodes).flatMap(([node, spec]) => {
    const followed = spec.kind === "postgres" && spec.replicaOf !== undefined ? nodes[spec.replicaOf] : null;
    if (followed === null || spec.kind !== "postgres") return [];
    if (followed?.kind !== "postgres" || followed.replicaOf !== undefined) return [`nodes.${node}.replicaOf: "${spec.replicaOf}" is no node of kind postgres that follows none itself`];
    const isSame = followed.user === spec.user && followed.password === spec.password && followed.database === spec.database;
    return isSame ? [] : [`nodes.${node}: a copy has the user, the password and the database of "${spec.replicaOf}"`];
  });
  if (problems.length > 0) throw new RoadworthyError("target-invalid", `target "${name}" is not valid: ${problems.join("; ")}`, { hint: "a copy follows one server, and all of it" });
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
  return (operations ?? []).flatMap(({ id, at, operation, within }, index) => {
    const same = ids.includes(id);
    ids.push(id);
    return [
      ...(same ? [`operations[${index}].id: there is another step "${id}"`] : []),
      ...whyNot(operation, `operations[${index}].operation`, { target, within, others: operations ?? [] }),
      ...whyTooEarly(operation, `operations[${index}].at`, { at, others: operations ?? [] }),
    ];
  });
}

function whyNot(operation: OperationStep["operation"], path: string, { target, within, others }: { target: Target; within: string; others: readonly OperationStep[] }): string[] {
  switch (operation.kind) {
    case "back-up":
      return whyNoBackup(path, operation.node, target);
    case "manual":
      return manualProblems([{ ...operation, part: "act" } satisfies ManualStep], within, path);
    case "command":
      return whyNoNode(path, operation.node, target);
    case "scale":
      return [...whyNoNode(path, operation.node, target), ...whyStore(path, operation.node, target)];
    case "rolling-deploy": {
      const same = Object.keys(operation.env).length === 0 && operation.command === undefined && operation.image === undefined;
      return [...whyNoNode(path, operation.node, target), ...whyStore(path, operation.node, target), ...(same ? [`${path}: it changes nothing, neither env nor command nor image`] : [])];
    }
    case "promote":
      return whyNoCopy(path, operation.node, target);
    case "roll-back":
      return deployOf(operation.of, others) === null ? [`${path}.of: there is no rolling-deploy "${operation.of}"`] : [];
  }
}

/** What has not begun cannot be taken back. */
function whyTooEarly(operation: OperationStep["operation"], path: string, { at, others }: { at: string; others: readonly OperationStep[] }): string[] {
  const deploy = operation.kind === "roll-back" ? others.find(({ id }) => id === operation.of) : undefined;
  return deploy === undefined || parseDurationMs(at) > parseDurationMs(deploy.at) ? [] : [`${path}: "${deploy.id}" begins at ${deploy.at}, and is rolled back after that`];
}

function whyNoCopy(path: string, node: string, { nodes }: Target): string[] {
  const spec = nodes[node];
  const isCopy = spec?.kind === "postgres" && spec.replicaOf !== undefined;
  return isCopy ? [] : [`${path}: "${node}" is no node of kind postgres with \`replicaOf\``];
}

function whyStore(path: string, node: string, { nodes }: Target): string[] {
  const kind = nodes[node]?.kind;
  return kind === "postgres" || kind === "redis" ? [`${path}: "${node}" is a store of kind ${kind}, which is changed by a command of your own`] : [];
}

function repairProblems({ steps, operations }: ScenarioDefinition, target: Target): string[] {
  return steps.flatMap(({ at, fault, repair }, index) => {
    const restored = (repair?.steps ?? []).flatMap((step) => (step.kind === "restore" ? [step.node] : []));
    const unrepaired = fault.kind === "store-destroy" && !restored.includes(fault.node);
    // A restore replaces what is there; what a command does is known to whoever wrote it.
    const undestroyed = restored.filter((node) => (fault.kind !== "store-destroy" && fault.kind !== "command") || fault.node !== node);
    return [
      ...(unrepaired ? [`steps[${index}].repair: nothing restores "${fault.node}"`] : []),
      ...undestroyed.map((node) => `steps[${index}].repair: "${node}" would be restored, and this step does not destroy it`),
      ...(repair?.steps ?? []).flatMap((step) => (step.kind === "command" ? whyNoNode(`steps[${index}].repair`, step.node, target) : [])),
      ...(repair?.steps ?? []).flatMap((step) => (step.kind === "promote" ? whyNoCopy(`steps[${index}].repair`, step.node, target) : [])),
      ...(repair === undefined ? [] : manualProblems(repair.steps, repair.within, `steps[${index}].repair`)),
      ...restored.flatMap((node) => [...whyNoBackup(`steps[${index}].repair`, node, target), ...whyNothingToRestore(`steps[${index}].repair`, node, { at, operations: operations ?? [] })]),
    ];
  });
}

/** A back-up that may still be under way when the store is destroyed is none to count on. */
function whyNothingToRestore(path: string, node: string, { at, operations }: { at: string; operations: readonly OperationStep[] }): string[] {
  const isThere = operations.some((step) => step.operation.kind === "back-up" && step.operation.node === node && parseDurationMs(step.at) + parseDurationMs(step.within) <= parseDurationMs(at));
  return isThere ? [] : [`${path}: nothing backs up "${node}" before it is destroyed at ${at}: an operation's \`at\` and \`within\` together are not later than that`];
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
