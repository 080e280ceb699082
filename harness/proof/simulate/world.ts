/**
 * A machine in virtual time for the supervisor's mind: it carries out effects, or fails to, or says nothing of them ever again, or says it
 * twice. Nothing here waits, spawns or writes. Whatever the mind may not do is thrown as a `Violation`.
 */

import { integerBetween, pickWeighted, type Dice } from "../../base/random.ts";
import type { InstantUs } from "../../base/time.ts";
import { isRemovedWith } from "../../drive/supervisor/core/leases.ts";
import type { Effect, SupervisorEvent } from "../../drive/supervisor/core/state.ts";
import { processIdentitySchema, type CleanupResult, type ProcessIdentity, type Project, type SupervisorRequest, type Undo } from "../../drive/supervisor/protocol.ts";
import { nameOfEntry } from "./entry-name.ts";

export class Violation extends Error {}

export type EventBody = SupervisorEvent extends infer Each ? (Each extends SupervisorEvent ? Omit<Each, "atUs"> : never) : never;

type Luck = "well" | "fails" | "silent" | "late" | "twice";
type Do<Kind extends Effect["effect"]> = Extract<Effect, { effect: Kind }>;

interface Process {
  readonly child: string;
  readonly identity: ProcessIdentity;
  /** Takes no notice of signals that ask. */
  readonly stubborn: boolean;
}

const firstPid = 1_000;
const longestDelayUs = 200_000;
/** Of the harness, before an act. */
const longestPauseUs = 8_000_000;
/** When nobody waits for it any more. */
const tooLateUs = 20_000_000;

/** Has identity and a lifetime: one for each seed. */
export class World {
  nowUs: InstantUs = 0;
  /** Whether effects may go wrong. */
  chaos = true;
  /** Whether the harness still acts: not once everything is being ended. */
  acts = true;
  /** Whether any effect said nothing: what waits for it has to give up. */
  wasSilent = false;
  result: CleanupResult | null = null;
  readonly requests = new Map<number, { request: SupervisorRequest; answers: number; askedUs: InstantUs }>();
  readonly #roll: Dice;
  readonly #pending: { dueUs: InstantUs; event: EventBody; happens: () => void }[] = [];
  readonly #alive = new Map<number, Process>();
  /** Pids of processes that the machine could not end, or that nobody was told of. */
  readonly #excused = new Set<number>();
  /** Those whose start was told late: they may still be there when their child has been started anew. */
  readonly #late = new Set<number>();
  readonly #intents = new Set<string>();
  readonly #journalled = new Set<string>();
  /** Leases whose act was done and has not been undone. */
  readonly #disturbed = new Map<string, Undo>();
  readonly #projects: Project[] = [];
  readonly #told = new Set<number>();
  readonly #stubborn = new Set<string>();
  /** Since when a process is dead, or is to die of a fault; from when its start was told, for nobody can know of an earlier death. */
  readonly #doomedUs = new Map<number, InstantUs>();
  #lastPid = firstPid;

  constructor(roll: Dice) {
    this.#roll = roll;
  }

  get nextDueUs(): InstantUs {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#pending.map(({ dueUs }) => dueUs));
  }

  /** The event that is due, if there is one. */
  take(): EventBody | null {
    const due = this.#pending.filter(({ dueUs }) => dueUs <= this.nowUs).toSorted((a, b) => a.dueUs - b.dueUs)[0];
    if (due === undefined) return null;
    this.#pending.splice(this.#pending.indexOf(due), 1);
    due.happens();
    return due.event;
  }

  /** A process of the system under test dies by itself. */
  someoneDies(): void {
    const victim = this.#someone();
    if (victim !== undefined) this.#die(victim, "1");
  }

  /** One that a fault may be about. */
  someone(): ProcessIdentity | null {
    return this.#someone()?.identity ?? null;
  }

  #someone(): Process | undefined {
    return [...this.#alive.values()][integerBetween(this.#roll, 0, Math.max(0, this.#alive.size - 1))];
  }

  makeStubborn(child: string): void {
    this.#stubborn.add(child);
  }

  /** As the supervisor does: in order, and not past a journal entry that could not be written. */
  carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (this.result !== null) throw new Violation(`${effect.effect} after the end`);
      if (!this.#perform(effect)) return;
    }
  }

  #perform(effect: Effect): boolean {
    switch (effect.effect) {
      case "journal":
        return this.#write(effect);
      case "spawn":
        this.#spawn(effect);
        break;
      case "signal-leader": {
        const process = this.#alive.get(effect.process.pid);
        if (process !== undefined && !process.stubborn) this.#die(process, "0");
        break;
      }
      case "kill-session": {
        const process = this.#alive.get(effect.process.pid);
        if (process !== undefined) this.#die(process, "SIGKILL");
        break;
      }
      case "look":
        // Looking at a process always answers.
        this.#later({ event: "looked", child: effect.child, pid: effect.process.pid, alive: this.#alive.has(effect.process.pid) }, this.#roll() < 0.5 ? 0 : this.#delay());
        break;
      case "sweep":
        this.#sweep(effect);
        break;
      case "undo":
        this.#undo(effect);
        break;
      case "clean":
        this.#clean(effect);
        break;
      case "make-folder":
        if (!this.#journalled.has(`folder ${effect.path}`)) throw new Violation(`folder ${effect.path} before its journal entry`);
        this.#answer(effect.id);
        break;
      case "signal": {
        this.#answer(effect.id);
        const process = this.#alive.get(effect.process.pid);
        this.#doom(effect.process.pid);
        if (process !== undefined && (effect.signal === "SIGKILL" || !process.stubborn)) this.#die(process, effect.signal);
        break;
      }
      case "list":
      case "write":
      case "refuse":
        this.#answer(effect.id);
        break;
      case "reply":
        this.#answer(effect.id);
        this.#checkStart(effect);
        this.#act(effect.id);
        break;
      case "finish":
        this.result = effect.result;
        break;
      case "notice":
        break;
    }
    return true;
  }

  #write({ entry, orElse }: Do<"journal">): boolean {
    if (this.chaos && this.#roll() < 0.05) {
      if (orElse !== null) this.#later(orElse, 0);
      return orElse === null;
    }
    this.#journalled.add(nameOfEntry(entry));
    if (entry.entry === "spawning") this.#intents.add(entry.child);
    return true;
  }

  #spawn({ child }: Do<"spawn">): void {
    if (!this.#intents.delete(child)) throw new Violation(`${child} was spawned before its journal entry`);
    const former = [...this.#alive].find(([pid, process]) => process.child === child && !this.#excused.has(pid) && !this.#late.has(pid));
    if (former !== undefined) throw new Violation(`${child} was spawned while process ${former[0]} of it still ran`);
    const luck = this.#luck();
    const identity = { pid: (this.#lastPid += 1), startTicks: this.#lastPid };
    const isThere = luck !== "fails" && !(luck === "silent" && this.#roll() < 0.5);
    if (isThere) this.#alive.set(identity.pid, { child, identity, stubborn: this.#stubborn.has(child) });
    if (luck === "late") this.#late.add(identity.pid);
    // Nobody is to blame for what nobody was told of.
    if (luck === "silent" || luck === "late") this.#excused.add(identity.pid);
    const failed = { event: "spawn-failed", child, failure: { code: "tool-missing", message: "no", hint: "" } } as const;
    this.#tell(luck === "fails" ? failed : { event: "spawned", child, process: identity }, luck, () => {
      this.#excused.delete(identity.pid);
      this.#told.add(identity.pid);
    });
  }

  #sweep({ child, process }: Do<"sweep">): void {
    const luck = this.#luck();
    // One that came too late is ended, and not waited for.
    if (luck === "fails" || luck === "silent" || luck === "late" || this.#late.has(process.pid)) this.#excused.add(process.pid);
    const left = luck === "fails" ? [{ kind: "process", id: String(process.pid), command: `kill -9 ${process.pid}` }] : [];
    this.#tell({ event: "swept", child, pid: process.pid, left }, luck, () => {
      const there = this.#alive.get(process.pid);
      if (there !== undefined && luck !== "fails") this.#die(there, "SIGKILL");
    });
  }

  #undo({ lease, attempt }: Do<"undo">): void {
    const luck = this.#luck();
    this.#tell({ event: "undone", lease, attempt, problem: luck === "fails" ? "no" : null }, luck, () => {
      if (luck !== "fails") this.#disturbed.delete(lease);
    });
  }

  /** The last thing: whatever it is not told of, and was not its own fault, would stay. */
  #clean({ undos, projects }: Do<"clean">): void {
    const forgotten = [...this.#alive.keys()].filter((pid) => !this.#excused.has(pid));
    if (forgotten.length > 0) throw new Violation(`processes ${forgotten.join(", ")} were forgotten`);
    const disturbing = [...this.#disturbed].filter(([lease, undo]) => !undos.has(lease) && !isRemovedWith(undo, projects));
    if (disturbing.length > 0) throw new Violation(`leases ${disturbing.map(([lease]) => lease).join(", ")} were never undone`);
    const kept = this.#projects.filter(({ run }) => !projects.some((project) => project.run === run));
    if (kept.length > 0) throw new Violation(`the containers of ${kept.map(({ run }) => run).join(", ")} were forgotten`);
    this.#alive.clear();
    this.#disturbed.clear();
    this.#tell({ event: "cleaned", left: [] }, this.#luck());
  }

  #answer(id: number): void {
    const asked = this.requests.get(id);
    if (asked === undefined) throw new Violation(`an answer to ${id}, which nobody asked`);
    asked.answers += 1;
    if (asked.answers > 1) throw new Violation(`${asked.request.ask} (${id}) was answered twice`);
  }

  /** Who asked for a child to run is not told of a process that had died by then, or was to. */
  #checkStart({ id, value }: Do<"reply">): void {
    const asked = this.requests.get(id);
    if (asked?.request.ask !== "start") return;
    const { pid } = processIdentitySchema.parse(value);
    if ((this.#doomedUs.get(pid) ?? Number.POSITIVE_INFINITY) <= asked.askedUs) throw new Violation(`start of ${asked.request.child} was answered with process ${pid}, which had died`);
  }

  /** What the harness does once it may. */
  #act(id: number): void {
    const request = this.requests.get(id)?.request;
    if (request?.ask === "project") {
      if (!this.#journalled.has(`project ${request.project.run}`)) throw new Violation(`containers of ${request.project.run} before their journal entry`);
      this.#projects.push(request.project);
    }
    if (request?.ask !== "lease") return;
    if (!this.#journalled.has(`lease ${request.lease}`)) throw new Violation(`lease ${request.lease} was granted before its journal entry`);
    const { lease, undo } = request;
    if (undo.do !== "http" && undo.do !== "engine") return;
    // It releases nothing before it has acted, and does not act once it has given up.
    const isReleased = (): boolean => [...this.requests.values()].some(({ request: other }) => other.ask === "release" && other.lease === lease);
    const act = (): unknown => this.acts && !isReleased() && this.#disturbed.set(lease, undo);
    if (this.#roll() < 0.8) this.#disturbed.set(lease, undo);
    else this.#later({ event: "tick" }, integerBetween(this.#roll, 0, longestPauseUs), act);
  }

  #die({ child, identity }: Process, ended: string): void {
    this.#alive.delete(identity.pid);
    this.#doom(identity.pid);
    this.#later({ event: "exited", child, pid: identity.pid, ended }, this.#delay());
  }

  #doom(pid: number): void {
    if (this.#told.has(pid)) this.#doomedUs.set(pid, Math.min(this.nowUs, this.#doomedUs.get(pid) ?? this.nowUs));
  }

  #luck(): Luck {
    const luck = this.chaos ? pickWeighted<Luck>(this.#roll, ["well", "fails", "silent", "late", "twice"], [8, 1, 1, 1, 1]) : "well";
    this.wasSilent ||= luck === "silent" || luck === "late";
    return luck;
  }

  /** `happens` when it is told for the first time. */
  #tell(event: EventBody, luck: Luck, happens: () => void = () => {}): void {
    if (luck === "silent") return;
    const delayUs = this.#delay();
    this.#later(event, luck === "late" ? integerBetween(this.#roll, 0, tooLateUs) : delayUs, happens);
    // A failure may be told twice as well.
    if (luck === "twice" || (luck === "fails" && this.#roll() < 0.3)) this.#later(event, integerBetween(this.#roll, delayUs, tooLateUs));
  }

  #delay(): number {
    return integerBetween(this.#roll, 0, longestDelayUs);
  }

  #later(event: EventBody, delayUs: number, happens: () => void = () => {}): void {
    this.#pending.push({ dueUs: this.nowUs + delayUs, event, happens });
  }
}
