/** A process that a bench starts: spoken to in lines, ended with the bench, and gone when disposing resolves. */

import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { entryPath } from "../../base/entry.ts";
import { messageOf, RoadworthyError } from "../../base/error.ts";
import { after } from "../../base/time.ts";
import { onPath } from "./on-path.ts";

const lineLimitMs = 10_000;
const endGraceMs = 2000;
const keptErrorChars = 2000;

export interface Child extends AsyncDisposable {
  /** The next line of its standard output. Throws `process-died` when it ends before, or says nothing for so long: 10 s when left out. */
  line(limitMs?: number): Promise<string>;
  tell(line: string): void;
  /** CPU time that it has used so far, all threads, in steps of 10 ms; null where the system does not say (other than Linux). */
  cpuMs(): number | null;
  /** Memory of it that is in use now; null where the system does not say (other than Linux). */
  residentBytes(): number | null;
  /** Files and sockets that it has open; null where the system does not say (other than Linux). */
  openFiles(): number | null;
  /** Everything it printed that nobody took as a line, once it has ended by itself; throws unless it ended with 0. */
  output(limitMs: number): Promise<string>;
}

/** A module of this project in a process of its own, under this Node. */
export function startModule(module: string, args: readonly string[] = [], core?: number): Child {
  return startProgram(process.execPath, [entryPath(module), ...args], core);
}

/** With `core` it stays on that one, where `taskset` can see to it; it replaces itself, so that the process is the program's. */
export function startProgram(command: string, args: readonly string[], core?: number): Child {
  const taskset = core === undefined ? null : onPath("taskset");
  const [program, ...all] = taskset === null ? [command, ...args] : [taskset, "-c", String(core), command, ...args];
  return new SpokenChild(spawn(program, all, { stdio: ["pipe", "pipe", "pipe"] }), basename(command));
}

class SpokenChild implements Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  readonly #ended: Promise<void>;
  readonly #lines: string[] = [];
  #errors = "";
  #failure: Error | null = null;
  #isOver = false;
  #wake: () => void = () => {};

  constructor(child: ChildProcess, name: string) {
    this.#process = child;
    this.#name = name;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    const over = (error: Error | null): void => {
      this.#failure ??= error;
      this.#isOver = true;
      this.#wake();
      resolve();
    };
    child.once("error", over);
    child.once("close", () => over(null));
    child.stdin?.on("error", () => undefined);
    child.stderr?.on("data", (text: Buffer) => (this.#errors = `${this.#errors}${text.toString()}`.slice(-keptErrorChars)));
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.#lines.push(line);
        this.#wake();
      });
    }
  }

  async line(limitMs = lineLimitMs): Promise<string> {
    if (this.#lines.length === 0 && !this.#isOver) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      using _limit = after(limitMs, resolve);
      await promise;
    }
    return this.#lines.shift() ?? this.#fail("said nothing");
  }

  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  cpuMs(): number | null {
    return this.#process.pid === undefined ? null : cpuMsOf(this.#process.pid);
  }

  residentBytes(): number | null {
    return this.#process.pid === undefined ? null : residentBytesOf(this.#process.pid);
  }

  openFiles(): number | null {
    return this.#process.pid === undefined || process.platform !== "linux" ? null : readdirSync(`/proc/${this.#process.pid}/fd`).length;
  }

  async output(limitMs: number): Promise<string> {
    using _limit = after(limitMs, () => this.#process.kill("SIGKILL"));
    await this.#ended;
    if (this.#failure !== null || this.#process.exitCode !== 0) this.#fail(`ended with ${this.#process.exitCode ?? this.#process.signalCode ?? "an error"}`);
    return this.#lines.splice(0).join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isOver) return;
    this.#process.stdin?.end();
    this.#process.kill("SIGTERM");
    using _limit = after(endGraceMs, () => this.#process.kill("SIGKILL"));
    await this.#ended;
  }

  #fail(what: string): never {
    const why = this.#failure === null ? this.#errors.trim() : messageOf(this.#failure);
    throw new RoadworthyError("process-died", `${this.#name} ${what}${why === "" ? "" : `: ${why}`}`, { hint: "run it by itself to see why" });
  }
}

const msPerTick = 10;

/** Fields 14 and 15 of /proc/<pid>/stat: ticks in user and in system mode. The name in field 2 may hold spaces and ends with the last bracket. */
function cpuMsOf(pid: number): number | null {
  if (process.platform !== "linux") return null;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

/** The line `VmRSS:  123456 kB` of /proc/<pid>/status. */
function residentBytesOf(pid: number): number | null {
  if (process.platform !== "linux") return null;
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return found === null ? null : Number(found[1]) * 1024;
}
