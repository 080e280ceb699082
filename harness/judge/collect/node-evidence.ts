/** The nodes around each fault: what they printed, how their processes ended and how often they were started again. */

import { usToMs } from "../../base/duration.ts";
import type { ImageUse, NodeState } from "../../log/node-evidence.ts";
import type { LogEvent } from "../../log/event.ts";
import type { Scene, SceneProcess } from "../evidence.ts";
import { roundMs } from "../verdict/round.ts";

/** What one scenario's part of a report may hold; the log may be another's. */
const mostScenes = 100;
const mostProcesses = 200;
const mostLines = 2_000;
const mostExits = 1_000;

type OutputEvent = Extract<LogEvent, { type: "node-output" }>;
type States = readonly NodeState[];

interface Look {
  readonly fault: string | null;
  fromUs: number;
  toUs: number;
  readonly before: States;
  after: States;
  readonly outputs: OutputEvent[];
}

/** A process over the whole scenario. */
export interface ProcessRecord extends NodeState {
  exits: readonly { atMs: number; ended: string }[];
}

export class NodeEvidenceFold {
  readonly #looks = new Map<string | null, Look>();
  readonly #exits: { at: number; process: string; ended: string }[] = [];
  /** What was known of the nodes when a fault was injected. */
  readonly #atFault = new Map<string, { at: number; states: States }>();
  #begin: States = [];
  #latest: States = [];
  #ranOn: { versions: readonly string[]; images: readonly ImageUse[] } | null = null;
  #isKnown = false;

  step(event: LogEvent): void {
    if (event.type === "process" && event.what === "exited" && this.#exits.length < mostExits) this.#exits.push({ at: event.at, process: event.process, ended: event.ended ?? "" });
    else if (event.type === "fault" && event.stage === "injected" && this.#atFault.size < mostScenes) this.#atFault.set(event.id, { at: event.beganUs, states: this.#latest });
    else if (event.type === "node-state") this.#states(event);
    else if (event.type === "node-output") this.#look(event.fault, event.fromUs, event.toUs)?.outputs.push(event);
    else if (event.type === "boot" && event.images !== undefined) this.#ranOn = { versions: event.versions ?? [], images: event.images };
  }

  #states({ at, when, fault, states }: Extract<LogEvent, { type: "node-state" }>): void {
    this.#isKnown = true;
    this.#latest = states.slice(0, mostProcesses);
    if (when === "begin") this.#begin = this.#latest;
    else if (when === "fault") this.#seen(this.#look(fault, this.#atFault.get(fault ?? "")?.at ?? at, at));
  }

  #seen(look: Look | null): void {
    if (look !== null) look.after = this.#latest;
  }

  #look(fault: string | null, fromUs: number, toUs: number): Look | null {
    const known = this.#looks.get(fault);
    if (known === undefined && this.#looks.size >= mostScenes) return null;
    const look = known ?? { fault, fromUs, toUs, before: fault === null ? this.#begin : (this.#atFault.get(fault)?.states ?? []), after: this.#latest, outputs: [] };
    this.#looks.set(fault, look);
    look.fromUs = Math.min(look.fromUs, fromUs);
    look.toUs = Math.max(look.toUs, toUs);
    return look;
  }

  /** `startUs`: zero of the scenario's clock. */
  scenes(startUs: number): Scene[] {
    const budget = { lines: mostLines };
    return [...this.#looks.values()].map((look) => this.#scene(look, startUs, budget));
  }

  #scene({ fault, fromUs, toUs, before, after, outputs }: Look, startUs: number, budget: { lines: number }): Scene {
    const since = (atUs: number): number => roundMs(usToMs(atUs - startUs));
    const places = new Map([...before, ...after, ...outputs.slice(0, mostProcesses)].map(({ node, process }) => [process, node]));
    const processes = [...places].map(([process, node]): SceneProcess => {
      const output = outputs.find((each) => each.process === process);
      const lines = (output?.lines ?? []).slice(0, Math.max(0, budget.lines));
      budget.lines -= lines.length;
      const cutOff = (output?.lines.length ?? 0) - lines.length;
      return {
        node,
        process,
        before: before.find((each) => each.process === process) ?? null,
        after: after.find((each) => each.process === process) ?? null,
        exits: this.#exitsOf(process, since, (at) => at >= fromUs && at <= toUs),
        lines: lines.map(({ at, stream, line }) => ({ atMs: since(at), stream, line })),
        leftOut: cutOff > 0 ? { count: cutOff + (output?.leftOut?.count ?? 0), after: lines.length, atLeast: output?.leftOut?.atLeast ?? false } : (output?.leftOut ?? null),
        why: output?.why ?? null,
      };
    });
    return { fault, fromMs: since(fromUs), toMs: since(toUs), processes };
  }

  #exitsOf(process: string, since: (atUs: number) => number, isWanted: (at: number) => boolean): { atMs: number; ended: string }[] {
    return this.#exits.filter((exit) => exit.process === process && isWanted(exit.at)).map(({ at, ended }) => ({ atMs: since(at), ended }));
  }

  /** As they were last seen; null in logs of versions that did not look. */
  processes(startUs: number): ProcessRecord[] | null {
    const since = (atUs: number): number => roundMs(usToMs(atUs - startUs));
    const restartsBefore = new Map(this.#begin.map(({ process, restarts }) => [process, restarts]));
    // What was started again in an earlier scenario of the run is not of this one.
    const own = ({ process, restarts }: NodeState): number => Math.max(0, restarts - (restartsBefore.get(process) ?? 0));
    return this.#isKnown ? this.#latest.map((state) => ({ ...state, restarts: own(state), exits: this.#exitsOf(state.process, since, () => true) })) : null;
  }

  /** What the stack ran on; null in logs of versions that did not tell. */
  get ranOn(): { versions: readonly string[]; images: readonly ImageUse[] } | null {
    return this.#ranOn;
  }
}
