/**
 * The operations of a drill: what is backed up and restored, and what is known of it. An operation that fails is written down and nothing more: whether
 * the system can be brought back is what the drill is to find out.
 *
 *   check ─▶ back up ─▶ … ─▶ destroyed ─▶ restore ─┬─▶ (healed)
 *                                                  └─▶ check ─▶ age of what was restored
 */

import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { freshToken } from "../../../base/random.ts";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { nowUs, type InstantUs } from "../../../base/time.ts";
import type { OperationKind, OperationMoment } from "../../../log/event.ts";
import type { EventWriter } from "../../../log/writer.ts";
import type { BackupSpec } from "../../../scenario/drill/backup.ts";
import type { OwnCommand, RollingDeploy, StackChange } from "../../../scenario/drill/operation.ts";
import type { Act } from "../../../sli/concepts/fault-times.ts";
import { backUp, restore, unavailableBackup } from "../../backups/index.ts";
import type { Made, Restored, Site } from "../../backups/backup.ts";
import type { ChangeOrder, Version } from "../../stack/changes/changes.ts";
import { watchChildren, type ChildWatch } from "../../stack/embedded/child-watch.ts";
import { runToEnd } from "../../stack/embedded/run-to-end.ts";
import { filledCommand, wholeEnvironment } from "../../stack/clients/own-command.ts";
import { runQuery } from "../../stack/query.ts";
import type { Stack } from "../../stack/stack.ts";
import type { UserIds } from "../../stack/tools/run-as.ts";
import { allHold, answersOf, compared, type Answer } from "./checks.ts";

export interface DrillContext {
  readonly stack: Stack;
  readonly log: Pick<EventWriter, "write" | "sync">;
  readonly signal: AbortSignal;
}

/** One operation, on one store. */
export interface Order {
  /** Of the step that it belongs to. */
  readonly id: string;
  readonly node: string;
  readonly withinMs: number;
}

interface Kept {
  readonly folder: string;
  /** Of the newest back-up: null before the first. */
  made: Made | null;
  /** What the checks gave before it, or why they gave nothing. */
  checks: Map<string, Answer>;
}

const checkWithinMs = 10_000;

export class Drill implements Disposable {
  readonly #context: DrillContext;
  readonly #watch: ChildWatch;
  readonly #kept = new Map<string, Kept>();
  /** By deploy: what ran before it. */
  readonly #before = new Map<string, Version>();
  /** By node: what is being changed of it. */
  readonly #turns = new Map<string, Promise<unknown>>();
  /** Of what was restored. */
  readonly #checking: Promise<PromiseSettledResult<void>[]>[] = [];

  constructor(context: DrillContext) {
    this.#context = context;
    this.#watch = watchChildren(context.stack.supervisor);
  }

  /** Why the node cannot be backed up and restored here, or null. */
  async unavailable(node: string): Promise<string | null> {
    return await unavailableBackup(this.#site({ id: "check", node, withinMs: checkWithinMs }));
  }

  /** Resolves also when it fails, unless the run is stopped. */
  async backUp(order: Order): Promise<void> {
    const site = this.#site(order);
    const kept = this.#keptOf(order.node);
    await this.#carryOut("back-up", order, async () => {
      const checks = await this.#ask(order.node);
      kept.made = await backUp(site);
      kept.checks = checks;
      return kept.made;
    });
  }

  /**
   * Of the newest back-up. `lost`: when the store was destroyed. Answers false when it failed, and true as soon as the store is restored: what the checks say of it
   * comes into the log by `checked`, because nobody who waits for his data waits for our questions.
   */
  async restore(order: Order, lost: Act): Promise<boolean> {
    const site = this.#site(order);
    const { made, checks } = this.#keptOf(order.node);
    const restored = await this.#carryOut("restore", order, async () => {
      if (made === null) throw new RoadworthyError("stack-unavailable", "there is no back-up", { where: order.node });
      return await restore(site, made);
    });
    if (restored === null) return false;
    const told = async (): Promise<void> => {
      const holds = await this.#compare(order.node, checks);
      // What passes all checks is no older than the newest back-up.
      const asOfUs = restored.asOfUs ?? (holds ? (made?.asOfUs ?? null) : null);
      const tooYoung = asOfUs !== null && asOfUs > lost.endedUs ? `, which it says is from ${Math.round((asOfUs - lost.endedUs) / 1_000_000)} s after the disaster` : "";
      for (const ledger of site.spec.ledgers) this.#context.log.write({ type: "restored", at: nowUs(), ledger, ageMs: ageMsOf(asOfUs, lost), what: `${restored.what}${tooYoung}` });
    };
    this.#checking.push(Promise.allSettled([told()]));
    return true;
  }

  /** Resolves when the log holds the checks of all that was restored; rejects when the run was stopped before. */
  async checked(): Promise<void> {
    const failed = (await Promise.all(this.#checking.splice(0))).flat().find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** Answers false when it failed. */
  async command({ command, does }: OwnCommand, { id, node, withinMs }: Order): Promise<boolean> {
    const { stack, signal } = this.#context;
    const done = await this.#carryOut("command", { id, node, withinMs }, async () => {
      const errand = { id: `${id}-${freshToken(4)}`, command: filledCommand(command, stack), env: wholeEnvironment(), workingFolder: stack.targetFolder, withinMs, runAs: null, failsAs: "process-died" } as const;
      await runToEnd({ supervisor: stack.supervisor, watch: this.#watch, signal }, errand);
      return { asOfUs: null, bytes: null, what: does };
    });
    return done !== null;
  }

  /** Answers false when it failed. */
  async scale({ node, replicas }: Extract<StackChange, { kind: "scale" }>, order: Order): Promise<boolean> {
    return await this.#change("scale", order, async (ground) => {
      await this.#context.stack.changes.scale(replicas, ground);
      return `${node} has ${replicas} replicas`;
    });
  }

  /** Answers false when a replica did not get ready: those after it are as they were. */
  async deploy({ node, version, env, command, image, order: first }: RollingDeploy, order: Order): Promise<boolean> {
    const { changes } = this.#context.stack;
    return await this.#change("rolling-deploy", order, async (ground) => {
      this.#before.set(order.id, changes.versionOf(node));
      await changes.roll({ name: version, env, command: command ?? null, image: image ?? null }, firstOf(first), ground);
      return `${node} runs ${version}`;
    });
  }

  /** Of this deploy, which is of the order's node. Answers false when it failed. */
  async rollBack(deploy: string, { order: first }: RollingDeploy, order: Order): Promise<boolean> {
    return await this.#change("roll-back", order, async (ground) => {
      const version = this.#before.get(deploy);
      if (version === undefined) throw new RoadworthyError("fault-unavailable", `"${deploy}" has not begun, so there is nothing to roll back`, { hint: "let it come later" });
      await this.#context.stack.changes.roll(version, firstOf(first), ground);
      return `${order.node} runs ${version.name}`;
    });
  }

  /** Answers false when it failed. */
  async promote(order: Order): Promise<boolean> {
    return await this.#change("promote", order, async (ground) => {
      await this.#context.stack.changes.promote(ground);
      return `${order.node} is in its place`;
    });
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]();
  }

  /** One at a time on each node. */
  async #change(kind: OperationKind, { id, node, withinMs }: Order, act: (ground: ChangeOrder) => Promise<string>): Promise<boolean> {
    const { log, signal } = this.#context;
    const tell = (replica: string, what: string): void => log.write({ type: "operation", at: nowUs(), id, kind, on: node, stage: "advanced", replica, what });
    const before = this.#turns.get(node);
    const done = this.#carryOut(kind, { id, node, withinMs }, async () => {
      const ground = { node, deadlineUs: nowUs() + withinMs * 1000, signal, tell };
      // Its outcome is told to whoever ordered it.
      await Promise.allSettled([before]);
      return { asOfUs: null, bytes: null, what: await act(ground) };
    });
    this.#turns.set(node, done);
    return (await done) !== null;
  }

  async #carryOut<Result extends Restored>(kind: OperationKind, { id, node }: Order, act: () => Promise<Result>): Promise<Result | null> {
    const { log, signal } = this.#context;
    const note = (moment: OperationMoment): void => log.write({ type: "operation", at: nowUs(), id, kind, on: node, ...moment });
    signal.throwIfAborted();
    const beganUs = nowUs();
    note({ stage: "began" });
    log.sync();
    const tookMs = (): number => (nowUs() - beganUs) / 1000;
    try {
      const result = await act();
      note({ stage: "ended", tookMs: tookMs(), bytes: result.bytes, what: result.what });
      return result;
    } catch (error) {
      // Of what the end of the run broke off, nobody knows how it would have ended.
      signal.throwIfAborted();
      note({ stage: "failed", tookMs: tookMs(), why: messageOf(error) });
      return null;
    }
  }

  async #ask(node: string): Promise<Map<string, Answer>> {
    const { stack, signal } = this.#context;
    return await answersOf(this.#specOf(node).checks, { ask: (query) => runQuery(query, stack.addresses, { timeoutMs: checkWithinMs, guard: stack.guard }), signal });
  }

  async #compare(node: string, before: ReadonlyMap<string, Answer>): Promise<boolean> {
    const checks = compared(before, await this.#ask(node));
    for (const check of checks) this.#context.log.write({ type: "restore-check", at: nowUs(), node, ...check });
    return allHold(checks);
  }

  #specOf(node: string): BackupSpec {
    const spec = this.#context.stack.target.backups[node];
    if (spec === undefined) throw new RoadworthyError("internal", `nothing is known of a back-up of "${node}"`);
    return spec;
  }

  #keptOf(node: string): Kept {
    const known = this.#kept.get(node);
    if (known !== undefined) return known;
    const folder = join(this.#context.stack.supervisor.scratchFolder, `backup-${node}-${freshToken(4)}`);
    mkdirSync(folder, { mode: 0o700 });
    const owner = ownerOf(node, this.#context.stack);
    if (owner !== null) chownSync(folder, owner.uid, owner.gid);
    const kept: Kept = { folder, made: null, checks: new Map() };
    this.#kept.set(node, kept);
    return kept;
  }

  #site({ id, node, withinMs }: Order): Site {
    const { stack, signal } = this.#context;
    const { folder } = this.#keptOf(node);
    const owner = ownerOf(node, stack);
    const deadlineUs = nowUs() + withinMs * 1000;
    return {
      stack,
      node,
      spec: this.#specOf(node),
      folder,
      owner,
      deadlineUs,
      signal,
      runTool: async ({ command, env, workingFolder, as }) => {
        const restMs = (deadlineUs - nowUs()) / 1000;
        if (restMs <= 0) throw new RoadworthyError("stack-unavailable", `its time was over before ${command[0]} could run`, { where: node, hint: "give it more time with `within`" });
        const errand = { id: `${id}-${freshToken(4)}`, command, env, workingFolder: workingFolder ?? folder, withinMs: restMs, runAs: as === "us" ? null : owner, failsAs: "stack-unavailable" } as const;
        return await runToEnd({ supervisor: stack.supervisor, watch: this.#watch, signal }, errand);
      },
    };
  }
}

/** How old that was when the store was lost. What is younger than that, another clock or another time zone has told: then nothing is known. */
export function ageMsOf(asOfUs: InstantUs | null, { beganUs, endedUs }: Act): number | null {
  return asOfUs === null || asOfUs > endedUs ? null : Math.max(0, (beganUs - asOfUs) / 1000);
}

/** Of its files on this machine; null: who runs us. */
function ownerOf(node: string, { nodes }: Stack): UserIds | null {
  const volume = nodes.get(node)?.volume ?? null;
  return volume?.is === "folder" ? volume.owner : null;
}

function firstOf(order: RollingDeploy["order"]): "stop" | "start" {
  return order === "stop-first" ? "stop" : "start";
}
