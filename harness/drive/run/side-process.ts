/** The load and probe processes of a scenario, as the conductor sees them: started by the supervisor, spoken to in lines. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { entryPath } from "../../base/entry.ts";
import { RoadworthyError, type ErrorCode } from "../../base/error.ts";
import { timeoutSignal } from "../../base/time.ts";
import type { Supervisor } from "../supervisor/client.ts";
import type { SupervisorNotice } from "../supervisor/protocol.ts";

export interface SideProcessOptions {
  /** Id at the supervisor: "load-steady". */
  id: string;
  /** Module of its entry: "harness/drive/load/main". */
  module: string;
  config: unknown;
  /** Where its configuration is written. */
  folder: string;
  /** How Node is started for it. */
  nodeFlags?: readonly string[];
}

interface Waiting {
  until: (notice: SupervisorNotice) => boolean;
  resolve: () => void;
  reject: (error: Error) => void;
}

export class SideProcess implements AsyncDisposable {
  readonly #supervisor: Supervisor;
  readonly #id: string;
  readonly #listening: Disposable;
  #waiting: Waiting[] = [];
  #lastError = "";
  #ended: string | null = null;

  private constructor(supervisor: Supervisor, id: string) {
    this.#supervisor = supervisor;
    this.#id = id;
    this.#listening = supervisor.onNotice((notice) => this.#take(notice));
  }

  static async start(supervisor: Supervisor, options: SideProcessOptions): Promise<SideProcess> {
    const configPath = join(options.folder, `${options.id}.json`);
    writeFileSync(configPath, JSON.stringify(options.config));
    const side = new SideProcess(supervisor, options.id);
    await supervisor.spawn({
      id: options.id,
      command: [process.execPath, ...(options.nodeFlags ?? []), entryPath(options.module), configPath],
      workingFolder: options.folder,
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "" },
      restart: { policy: "never", delayMs: 0 },
      stop: { signal: "SIGTERM", withinMs: 5000 },
      runAs: null,
      input: true,
    });
    return side;
  }

  async send(message: unknown): Promise<void> {
    await this.#supervisor.write(this.#id, JSON.stringify(message));
  }

  /** Resolves when the process prints `line`. Rejects when it ends before, or after `withinMs`. */
  async untilLine(line: string, withinMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#ended !== null) throw this.#died(this.#ended);
    await this.#until((notice) => notice.notice === "output" && notice.stream === "out" && notice.line === line, `print "${line}"`, { withinMs, signal });
  }

  /** Resolves when it has ended by itself and well. */
  async untilEnd(withinMs: number, signal?: AbortSignal): Promise<void> {
    if (this.#ended === null) await this.#until((notice) => notice.notice === "exited", "end", { withinMs, signal });
    if (this.#ended !== null && this.#ended !== "0") throw this.#died(this.#ended);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    if (this.#ended === null) await this.#supervisor.stop(this.#id);
    await this.#supervisor.forget(this.#id);
  }

  async #until(until: Waiting["until"], what: string, limits: { withinMs: number; signal: AbortSignal | undefined }): Promise<void> {
    const deadline = timeoutSignal(limits.withinMs);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { until, resolve, reject };
    this.#waiting.push(waiting);
    const late = (): void => reject(new RoadworthyError("process-died", `${this.#id} did not ${what} within ${limits.withinMs / 1000} s`, { hint: "the machine may be overloaded", where: this.#id }));
    const abort = (): void => reject(limits.signal?.reason instanceof Error ? limits.signal.reason : new Error("aborted"));
    deadline.addEventListener("abort", late, { once: true });
    limits.signal?.addEventListener("abort", abort, { once: true });
    if (limits.signal?.aborted === true) abort();
    try {
      await promise;
    } finally {
      deadline.removeEventListener("abort", late);
      limits.signal?.removeEventListener("abort", abort);
      this.#waiting = this.#waiting.filter((entry) => entry !== waiting);
    }
  }

  #take(notice: SupervisorNotice): void {
    if (!("child" in notice) || notice.child !== this.#id) return;
    if (notice.notice === "output" && notice.stream === "err") this.#lastError = notice.line;
    if (notice.notice === "exited") this.#ended = notice.ended;
    for (const waiting of this.#waiting) {
      if (waiting.until(notice)) waiting.resolve();
      else if (notice.notice === "exited") waiting.reject(this.#died(notice.ended));
    }
  }

  #died(ended: string): RoadworthyError {
    const code: ErrorCode = ended === "74" ? "cannot-write" : "process-died";
    const said = this.#lastError === "" ? "" : `: ${this.#lastError}`;
    return new RoadworthyError(code, `${this.#id} ended with ${ended}${said}`, {
      hint: code === "cannot-write" ? "free some space, or choose another folder with --out" : "the run's log holds what it printed",
      where: this.#id,
    });
  }
}

/** Several that do one job: what is said to them is said to all, and waited for until all have done it. */
export class SideProcesses implements AsyncDisposable {
  readonly #all: readonly SideProcess[];

  private constructor(all: readonly SideProcess[]) {
    this.#all = all;
  }

  static async start(supervisor: Supervisor, options: readonly SideProcessOptions[]): Promise<SideProcesses> {
    await using started = new AsyncDisposableStack();
    const all: SideProcess[] = [];
    for (const each of options) all.push(started.use(await SideProcess.start(supervisor, each)));
    started.move();
    return new SideProcesses(all);
  }

  async send(message: unknown): Promise<void> {
    await Promise.all(this.#all.map(async (side) => await side.send(message)));
  }

  async untilLine(line: string, withinMs: number, signal?: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map(async (side) => await side.untilLine(line, withinMs, signal)));
  }

  async untilEnd(withinMs: number, signal?: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map(async (side) => await side.untilEnd(withinMs, signal)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map(async (side) => await side[Symbol.asyncDispose]()));
  }
}
