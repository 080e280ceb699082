/** Drives the supervisor's mind by hand and in virtual time: nothing here waits, spawns or writes. */

import type { ChildSpec, SupervisorRequest, Undo } from "../protocol.ts";
import { nextDeadlineUs, reduce } from "./reducer.ts";
import { firstState, type Effect, type SupervisorEvent, type SupervisorState } from "./state.ts";

type EventBody = SupervisorEvent extends infer Each ? (Each extends SupervisorEvent ? Omit<Each, "atUs"> : never) : never;

export const second = 1_000_000;
export const http: Undo = { do: "http", method: "DELETE", url: "http://127.0.0.1:1/toxic", body: null, done: [204], verify: null };

export function childSpec(id: string, policy: "never" | "always" = "never"): ChildSpec {
  return { id, command: [id], workingFolder: "/", env: {}, restart: { policy, delayMs: 500 }, stop: { signal: "SIGTERM", withinMs: 3_000 }, runAs: null, input: false };
}

/** Drives the reducer by hand: what it decides is recorded and nothing is done. */
export class Bench {
  state: SupervisorState = firstState(0);
  nowUs = 0;
  effects: Effect[] = [];
  #lastId = 0;
  #lastPid = 100;

  /** Answers the effects of this event. */
  tell(body: EventBody): readonly Effect[] {
    const turn = reduce(this.state, { ...body, atUs: this.nowUs });
    this.state = turn.state;
    this.effects.push(...turn.effects);
    return turn.effects;
  }

  ask(request: SupervisorRequest): { id: number; effects: readonly Effect[] } {
    const id = (this.#lastId += 1);
    return { id, effects: this.tell({ event: "asked", id, request }) };
  }

  spawn(id: string, policy: "never" | "always" = "never"): number {
    this.ask({ ask: "spawn", spec: childSpec(id, policy) });
    return this.spawned(id);
  }

  spawned(child: string): number {
    const pid = (this.#lastPid += 1);
    this.tell({ event: "spawned", child, process: { pid, startTicks: pid } });
    return pid;
  }

  end(child: string, pid: number): readonly Effect[] {
    this.tell({ event: "exited", child, pid, ended: "SIGKILL" });
    return this.tell({ event: "swept", child, pid, left: [] });
  }

  /** Lets time pass, with a beat each half second unless it is to be silent. */
  pass(untilUs: number, { beats = true } = {}): readonly Effect[] {
    const from = this.effects.length;
    while (this.nowUs < untilUs) {
      const dueUs = nextDeadlineUs(this.state) ?? Number.POSITIVE_INFINITY;
      this.nowUs = Math.min(untilUs, Math.max(this.nowUs + 1, Math.min(dueUs, this.nowUs + second / 2)));
      this.tell({ event: "tick" });
      if (beats) this.ask({ ask: "beat" });
    }
    return this.effects.slice(from);
  }

  stage(child: string): string | undefined {
    return this.state.children.get(child)?.stage.is;
  }
}

export function kinds(effects: readonly Effect[]): string[] {
  return effects.map((effect) => effect.effect);
}

export function answered(effects: readonly Effect[], id: number): "reply" | "refuse" | null {
  const found = effects.find((effect) => (effect.effect === "reply" || effect.effect === "refuse") && effect.id === id);
  return found?.effect === "reply" || found?.effect === "refuse" ? found.effect : null;
}
