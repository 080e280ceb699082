/**
 * Operations of a scenario that were not carried out. "Fast enough while the back-up runs" says nothing when no back-up ran. Only of a store that the scenario restores the
 * back-up may have failed: what was restored shows it. And of a deploy that is taken back one replica is enough.
 */

import type { LogEvent } from "../../log/event.ts";
import { describeOperation, type OperationStep } from "../../scenario/drill/operation.ts";
import type { Scenario } from "../../scenario/scenario.ts";

export class UndoneFold {
  readonly #scenario: Scenario;
  readonly #ended = new Set<string>();
  readonly #advanced = new Set<string>();
  readonly #why = new Map<string, string>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  step(event: LogEvent): void {
    if (event.type === "manual" && event.step === null && event.stage === "confirmed") this.#ended.add(event.id);
    if (event.type !== "operation") return;
    if (event.stage === "ended") this.#ended.add(event.id);
    else if (event.stage === "advanced") this.#advanced.add(event.id);
    else if (event.stage === "failed") this.#why.set(event.id, event.why);
  }

  /** The first of them and why, or null. */
  read(): string | null {
    const undone = (this.#scenario.operations ?? []).find((step) => !this.#ended.has(step.id) && !this.#showsItself(step));
    if (undone === undefined) return null;
    return `operation "${undone.id}" (${describeOperation(undone.operation)}) was not carried out: ${this.#why.get(undone.id) ?? "the log does not say that it ended"}`;
  }

  #showsItself({ id, operation }: OperationStep): boolean {
    const { operations = [], steps } = this.#scenario;
    if (operation.kind === "back-up") return steps.some(({ repair }) => repair?.steps.some((each) => each.kind === "restore" && each.node === operation.node) === true);
    const isTakenBack = operations.some((other) => other.operation.kind === "roll-back" && other.operation.of === id);
    return operation.kind === "rolling-deploy" && isTakenBack && this.#advanced.has(id);
  }
}
