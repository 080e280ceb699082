/**
 * One seed: a harness asks for anything at any moment on a machine on which everything may go wrong. Then nothing goes wrong any more,
 * and the supervisor must come to its end, having ended, undone and answered everything.
 */

import { dice, integerBetween, pickWeighted, type Dice } from "../../base/random.ts";
import { nextDeadlineUs, reduce } from "../../drive/supervisor/core/reducer.ts";
import { firstState, limits, type SupervisorState } from "../../drive/supervisor/core/state.ts";
import type { ChildSpec, SupervisorRequest, Undo } from "../../drive/supervisor/protocol.ts";
import { Violation, World, type EventBody } from "./world.ts";

const children = ["a", "b", "c", "d"] as const;
const endpoint = "unix:///engine.sock";
const mostActions = 60;
/** A restart without delay is due in the same instant; more than a few of those would be a loop. */
const mostIdleTicks = 10;
const beatUs = 500_000;
/** R1, when nothing was silent. Each silent effect costs what is waited for it, and that happens once. */
const hurriedCloseUs = 5_000_000;
const closeUs = 90_000_000;
const lostEveryUs = 800_000;
const noneUs = Number.POSITIVE_INFINITY;

export function simulate(seed: number): void {
  const simulation = new Simulation(seed);
  simulation.chaos();
  simulation.heal();
}

class Simulation {
  readonly #roll: Dice;
  readonly #world: World;
  #state: SupervisorState = firstState(0);
  #nextBeatUs = beatUs;
  #idleTicks = 0;
  #lastId = 0;
  #lastLease = 0;

  constructor(seed: number) {
    this.#roll = dice(seed, "simulation of the supervisor");
    this.#world = new World(this.#roll);
    for (const child of children) if (this.#roll() < 0.4) this.#world.makeStubborn(child);
  }

  chaos(): void {
    const actions = integerBetween(this.#roll, 1, mostActions);
    for (let action = 0; action < actions && this.#state.stage !== "closed"; action += 1) {
      this.#passUntil(this.#world.nowUs + integerBetween(this.#roll, 0, 1_500_000));
      this.#doSomething();
    }
  }

  heal(): void {
    this.#world.chaos = false;
    const asked = this.#roll() < 0.5;
    const beganUs = this.#world.nowUs;
    if (asked) this.#ask({ ask: "close" });
    else {
      this.#nextBeatUs = noneUs;
      // Told again and again, by the channel and by signals: that must not put off the end.
      for (let atUs = beganUs; atUs < beganUs + hurriedCloseUs; atUs += lostEveryUs) {
        this.#passUntil(atUs);
        this.#tell({ event: "lost" });
      }
    }
    this.#passUntil(beganUs + (asked || this.#world.wasSilent ? closeUs : hurriedCloseUs));
    if (this.#state.stage !== "closed") throw new Violation(`still ${this.#state.stage} after ${(this.#world.nowUs - beganUs) / 1_000_000} s`);
    const { result, requests } = this.#world;
    if (result === null) throw new Violation("closed, and never said what is left");
    if (result.complete !== (result.left.length === 0)) throw new Violation("complete, and something is left");
    for (const { request, answers } of requests.values()) if (answers === 0 && request.ask !== "beat") throw new Violation(`${request.ask} was never answered`);
  }

  /** Lets everything happen that is due until then, in its order. */
  #passUntil(untilUs: number): void {
    for (;;) {
      const event = this.#world.take();
      if (event !== null) {
        this.#tell(event);
        continue;
      }
      if (this.#state.stage === "closed") return;
      const nextUs = Math.min(this.#world.nextDueUs, nextDeadlineUs(this.#state) ?? noneUs, this.#nextBeatUs);
      if (nextUs > untilUs) break;
      this.#world.nowUs = Math.max(this.#world.nowUs, nextUs);
      if (this.#nextBeatUs <= this.#world.nowUs) this.#beat();
      else if (this.#world.nextDueUs > this.#world.nowUs) this.#tick();
    }
    this.#world.nowUs = untilUs;
  }

  #beat(): void {
    this.#nextBeatUs = this.#world.nowUs + beatUs;
    this.#ask({ ask: "beat" });
  }

  #tick(): void {
    const dueUs = nextDeadlineUs(this.#state);
    this.#tell({ event: "tick" });
    this.#idleTicks = nextDeadlineUs(this.#state) === dueUs ? this.#idleTicks + 1 : 0;
    if (this.#idleTicks > mostIdleTicks) throw new Violation(`ticks at ${dueUs} µs that lead nowhere`);
  }

  #ask(request: SupervisorRequest): void {
    if (this.#state.stage === "closed") return;
    const id = (this.#lastId += 1);
    this.#world.requests.set(id, { request, answers: 0, askedUs: this.#world.nowUs });
    this.#tell({ event: "asked", id, request });
  }

  #tell(event: EventBody): void {
    // What is told after the end reaches nobody: the process is gone.
    if (this.#state.stage === "closed") return;
    const turn = reduce(this.#state, { ...event, atUs: this.#world.nowUs });
    for (const [id, { stage, early }] of this.#state.leases) {
      if (stage === "done" && !early && (turn.state.leases.get(id)?.stage ?? "done") !== "done") throw new Violation(`lease ${id} was undone, and then was not`);
    }
    this.#state = turn.state;
    this.#world.acts &&= turn.state.stage === "serving";
    for (const effect of turn.effects) if (effect.effect === "sweep") this.#checkSweep(effect.child, effect.process.pid);
    this.#world.carryOut(turn.effects);
    this.#checkLeases();
    for (const [id, { stage, wanted }] of this.#state.children) if (stage.is === "running" && !wanted) throw new Violation(`${id} runs on after it was stopped`);
  }

  #checkSweep(id: string, pid: number): void {
    const stage = this.#state.children.get(id)?.stage;
    if (stage?.is === "running" && stage.process.pid === pid) throw new Violation(`${id} was swept while it ran and was to run`);
  }

  /** R5: no fault outlives its lease, nor a harness that has gone silent. */
  #checkLeases(): void {
    const leases = [...this.#state.leases.values()];
    const { nowUs } = this.#world;
    if (leases.some(({ deadlineUs, latestUs, stage }) => stage === "held" && deadlineUs > latestUs)) throw new Violation("a lease was renewed beyond the longest fault");
    if (leases.some(({ stage, deadlineUs }) => stage === "held" && deadlineUs <= nowUs)) throw new Violation("a lease is held beyond its time");
    const isSilent = this.#state.stage === "serving" && this.#state.lastBeatUs + limits.beatsWithinUs < nowUs;
    const isHealing = leases.some(({ stage }) => stage === "undoing");
    if (isSilent && !isHealing && leases.some(({ stage }) => stage === "held")) throw new Violation("a fault outlives a silent harness");
  }

  #doSomething(): void {
    const child = children[integerBetween(this.#roll, 0, children.length - 1)] ?? "a";
    const acts: readonly (readonly [weight: number, act: () => void])[] = [
      [6, () => this.#ask({ ask: "spawn", spec: this.#spec(child) })],
      [2, () => this.#ask({ ask: "start", child })],
      [2, () => this.#ask({ ask: "stop", child })],
      [1, () => this.#ask({ ask: "forget", child })],
      [2, () => this.#ask({ ask: "kill", child })],
      [1, () => this.#ask({ ask: "processes", child })],
      [1, () => this.#ask({ ask: "folder", path: `/tmp/${this.#lastId}` })],
      [0.5, () => this.#ask({ ask: "project", project: { endpoint, run: this.#roll() < 0.5 ? "one" : "other" } })],
      [5, () => this.#ask({ ask: "lease", lease: String((this.#lastLease += 1)), undo: this.#undo(child), leaseMs: integerBetween(this.#roll, 100, 20_000) })],
      [2, () => this.#ask({ ask: "renew", lease: String(integerBetween(this.#roll, 1, this.#lastLease + 1)), leaseMs: integerBetween(this.#roll, 100, 700_000) })],
      [4, () => this.#ask({ ask: "release", lease: String(integerBetween(this.#roll, 1, this.#lastLease + 1)) })],
      [3, () => this.#world.someoneDies()],
      [2, () => this.#signalSomeone()],
      [1, () => (this.#nextBeatUs = this.#world.nowUs + integerBetween(this.#roll, 0, 20_000_000))],
      [0.3, () => this.#ask({ ask: "close" })],
      [0.1, () => this.#tell({ event: "lost" })],
    ];
    pickWeighted(this.#roll, acts, acts.map(([weight]) => weight))[1]();
  }

  #signalSomeone(): void {
    const process = this.#world.someone();
    if (process !== null) this.#ask({ ask: "signal", process, signal: this.#roll() < 0.5 ? "SIGKILL" : "SIGTERM" });
  }

  #undo(child: string): Undo {
    if (this.#roll() < 0.3) return { do: "start", child };
    // Of a run whose containers go with it, or of one that nobody removes.
    if (this.#roll() < 0.3) return { do: "engine", endpoint, run: this.#roll() < 0.5 ? "one" : "other", container: "c", to: { be: "running" } };
    return { do: "http", method: "DELETE", url: "http://127.0.0.1:1/toxic", body: null, done: [204], verify: null };
  }

  #spec(id: string): ChildSpec {
    const policy = this.#roll() < 0.6 ? "always" : "never";
    const stop = { signal: "SIGTERM", withinMs: integerBetween(this.#roll, 100, 20_000) } as const;
    return { id, command: [id], workingFolder: "/", env: {}, restart: { policy, delayMs: integerBetween(this.#roll, 0, this.#roll() < 0.7 ? 100 : 60_000) }, stop, runAs: null, input: false };
  }
}
