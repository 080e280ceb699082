/**
 * The processes that send the load, so that drawing progress does not disturb them. They are told lines and say lines; a closed input
 * ends them in order, so that none outlives the command, however it ends.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { entryPath } from "../../base/entry.ts";
import { RoadworthyError } from "../../base/error.ts";
import { after, nowUs } from "../../base/time.ts";
import type { AloneConfig, Order } from "../../drive/load/alone/config.ts";
import { loadNodeFlags } from "../../drive/load/threads.ts";
import { reportLineSchema, type ProgressLine, type ReportLine, type ResultLine } from "../../drive/load/alone/report-line.ts";

/** How long a process may take to start and warm up. */
const readyLimitMs = 60_000;
/** From the order to the start of the schedule, so that all begin together. */
const leadMs = 50;
/** Beyond the schedule and two time-outs, for a result to come. */
const resultGraceMs = 30_000;
const endGraceMs = 3000;
const keptErrorChars = 2000;

export type Stretch = Omit<Order, "startAtUs">;

export class LoadProcesses implements AsyncDisposable {
  readonly #processes: readonly LoadProcess[];
  readonly #timeoutMs: number;

  private constructor(processes: readonly LoadProcess[], timeoutMs: number) {
    this.#processes = processes;
    this.#timeoutMs = timeoutMs;
  }

  /** Starts `threads` processes and waits until all are warm. `onStart` gets hold of them before, so that an interrupt can end them. */
  static async start(config: Omit<AloneConfig, "part">, threads: number, onStart: (processes: LoadProcesses) => void): Promise<LoadProcesses> {
    const processes = Array.from({ length: threads }, () => new LoadProcess());
    const all = new LoadProcesses(processes, config.timeoutMs);
    onStart(all);
    for (const [index, process] of processes.entries()) process.tell({ ...config, part: { number: index + 1, of: threads } } satisfies AloneConfig);
    try {
      await Promise.all(processes.map(async (process) => await process.next("ready", readyLimitMs)));
      return all;
    } catch (error) {
      all.kill();
      throw error;
    }
  }

  /** Carries out one stretch of load in all of them together. `onProgress` gets a line of each of them, about once a second. */
  async run(stretch: Stretch, onProgress: (lines: readonly ProgressLine[]) => void): Promise<ResultLine[]> {
    const order: Order = { ...stretch, startAtUs: nowUs() + leadMs * 1000 };
    const pending = new Map<LoadProcess, ProgressLine>();
    return await Promise.all(
      this.#processes.map(async (process) => {
        process.onProgress = (line) => {
          pending.set(process, line);
          if (pending.size < this.#processes.length) return;
          onProgress([...pending.values()]);
          pending.clear();
        };
        process.tell(order);
        return await process.next("result", stretch.totalMs + 2 * this.#timeoutMs + resultGraceMs);
      }),
    );
  }

  /** Ends the present stretch before its time; its results still come. No other follows. */
  stop(): void {
    for (const process of this.#processes) process.end();
  }

  /** Ends them at once. */
  kill(): void {
    for (const process of this.#processes) process.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    using _limit = after(endGraceMs, () => this.kill());
    await Promise.all(this.#processes.map(async (process) => await process.ended));
  }
}

class LoadProcess {
  onProgress: (line: ProgressLine) => void = () => {};
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #lines: Exclude<ReportLine, ProgressLine>[] = [];
  #errors = "";
  #hasEnded = false;
  #wake: () => void = () => {};

  constructor() {
    // The secrets of the environment are not for it: all that it needs comes by its input.
    this.#child = spawn(process.execPath, [...loadNodeFlags, entryPath("harness/drive/load/alone/main")], { stdio: ["pipe", "pipe", "pipe"], env: { PATH: process.env["PATH"] ?? "" } });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    const over = (problem: string): void => {
      this.#errors += problem;
      this.#hasEnded = true;
      this.#wake();
      resolve();
    };
    this.#child.once("error", (error) => over(error.message));
    this.#child.once("close", () => over(""));
    this.#child.stdin?.on("error", () => undefined);
    this.#child.stderr?.on("data", (text: Buffer) => (this.#errors = `${this.#errors}${text.toString()}`.slice(-keptErrorChars)));
    if (this.#child.stdout !== null) createInterface({ input: this.#child.stdout }).on("line", (line) => this.#hear(line));
  }

  tell(message: unknown): void {
    this.#child.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  /** The next line that is no progress, which must be a `wanted` one. Throws `process-died` when it ends before, or says nothing for `withinMs`. */
  async next<Wanted extends "ready" | "result">(wanted: Wanted, withinMs: number): Promise<Extract<ReportLine, { is: Wanted }>> {
    if (this.#lines.length === 0 && !this.#hasEnded) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      using _limit = after(withinMs, resolve);
      await promise;
    }
    const line = this.#lines.shift();
    if (line !== undefined && isOf(line, wanted)) return line;
    const why = this.#errors.trim() === "" ? (this.#hasEnded ? "it ended" : `it said nothing for ${withinMs / 1000} s`) : this.#errors.trim();
    throw new RoadworthyError("process-died", `a process that sends the load did not get to its ${wanted}: ${why}`, { hint: "the machine may be out of memory or processes" });
  }

  end(): void {
    this.#child.stdin?.end();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #hear(text: string): void {
    const line = reportLineSchema.parse(JSON.parse(text));
    if (line.is === "progress") {
      this.onProgress(line);
      return;
    }
    this.#lines.push(line);
    this.#wake();
  }
}

function isOf<Wanted extends ReportLine["is"]>(line: ReportLine, wanted: Wanted): line is Extract<ReportLine, { is: Wanted }> {
  return line.is === wanted;
}
