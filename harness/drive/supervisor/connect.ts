/** Starts a supervisor and speaks with it: the harness's end of the message channel. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryPath } from "../../base/entry.ts";
import { RoadworthyError } from "../../base/error.ts";
import { freshToken } from "../../base/random.ts";
import { after, every } from "../../base/time.ts";
import type { Lease, Supervisor } from "./client.ts";
import { limits, type Failure } from "./core/state.ts";
import { answers, supervisorMessageSchema, type SupervisorMessage, type SupervisorStart } from "./handshake.ts";
import { healRun } from "./heal.ts";
import { defaultStateFolder, journalFolder } from "./journal.ts";
import { createNoticeBoard } from "./notice-board.ts";
import type { CleanupResult, ProcessIdentity, SupervisorRequest } from "./protocol.ts";
import { identityOf } from "./system/processes.ts";

export interface SupervisorOptions {
  /** The run's id; there is one supervisor per run. */
  run: string;
  /** Called once when the supervisor ended without being asked to. */
  onLost?: (why: string) => void;
  /** The longest fault that the run may hold; ten minutes when left out (R5). */
  longestFaultMs?: number;
  /** Where its journal is kept; the user's state folder when left out. */
  stateFolder?: string;
}

const beatEveryMs = 500;
const readyWithinMs = 10_000;
const closeWithinMs = 90_000;
const exitWithinMs = 5_000;
const stderrLimitChars = 4_000;

/** Errors: `stack-unavailable` elsewhere than on Linux, `cannot-write` when the journal or the scratch folder cannot be made, `supervisor-lost` when it does not start. */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  // Without /proc, processes are not known by their start time, and what they started is not found.
  if (process.platform !== "linux") throw new RoadworthyError("stack-unavailable", `processes cannot be kept track of on ${process.platform}`, { hint: "run it on Linux, in WSL or in a container" });
  const harness = identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 };
  const stateFolder = options.stateFolder ?? defaultStateFolder();
  const scratchFolder = join(tmpdir(), `roadworthy-${options.run}-${freshToken(6)}`);
  const start: SupervisorStart = { run: options.run, stateFolder, scratchFolder, harness, longestFaultMs: options.longestFaultMs ?? limits.longestFaultMs };
  // A session of its own: what the terminal sends to the harness does not reach it.
  const child = spawn(process.execPath, [entryPath("harness/drive/supervisor/main"), JSON.stringify(start)], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const connection = new Connection(child, options);
  try {
    await connection.ready();
  } catch (error) {
    // It ends by itself then; whoever reads the error finds it gone.
    await connection.exited();
    throw error;
  }
  return clientOf(connection, start);
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: RoadworthyError): void;
}

/** The channel and the process behind it: has identity and a lifetime, hence a class. */
class Connection {
  readonly #child: ChildProcess;
  readonly #options: SupervisorOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #ready = Promise.withResolvers<void>();
  readonly board = createNoticeBoard();
  #beats: Disposable | null = null;
  #lastId = 0;
  #stderr = "";
  #closing = false;
  lost = false;

  constructor(child: ChildProcess, options: SupervisorOptions) {
    this.#child = child;
    this.#options = options;
    child.on("message", (message) => this.#receive(supervisorMessageSchema.parse(message)));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr = (this.#stderr + text).slice(-stderrLimitChars)));
    child.once("error", (error) => this.#lose(error.message));
    child.once("close", (code, signal) => this.#lose(`it ended with ${signal ?? `exit code ${code}`}`));
  }

  async ready(): Promise<void> {
    const timer = after(readyWithinMs, () => this.#ready.reject(this.#lostError(`it was not ready within ${readyWithinMs} ms`)));
    try {
      await this.#ready.promise;
    } finally {
      timer[Symbol.dispose]();
    }
    this.#beats = every(beatEveryMs, () => this.#send(0, { ask: "beat" }));
  }

  async ask(request: SupervisorRequest): Promise<unknown> {
    if (this.lost) throw this.#lostError("it is gone");
    const id = (this.#lastId += 1);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    this.#send(id, request);
    return promise;
  }

  /** Everything is to be ended: from here on the end of the process is no surprise. */
  closing(): void {
    this.#closing = true;
  }

  async exited(): Promise<void> {
    const late = Promise.withResolvers<void>();
    using _timer = after(exitWithinMs, () => late.resolve());
    if (this.#child.exitCode === null && this.#child.signalCode === null) await Promise.race([once(this.#child, "exit"), late.promise]);
    this.#beats?.[Symbol.dispose]();
  }

  #send(id: number, request: SupervisorRequest): void {
    if (this.#child.connected) this.#child.send({ id, request }, () => {});
  }

  #receive(message: SupervisorMessage): void {
    switch (message.say) {
      case "ready":
        this.#ready.resolve();
        break;
      case "failed":
        this.#ready.reject(toError(message.failure));
        break;
      case "reply":
        this.#take(message.id)?.resolve(message.value);
        break;
      case "refusal":
        this.#take(message.id)?.reject(toError(message.failure));
        break;
      case "notice":
        this.board.tell(message.notice);
        break;
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #lose(why: string): void {
    if (this.lost) return;
    this.lost = true;
    this.#beats?.[Symbol.dispose]();
    const error = this.#lostError(why);
    this.#ready.reject(error);
    // Nobody may be waiting for it any more.
    this.#ready.promise.catch(() => {});
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    if (!this.#closing) this.#options.onLost?.(error.message);
  }

  #lostError(why: string): RoadworthyError {
    const said = this.#stderr.trim();
    return new RoadworthyError("supervisor-lost", `the supervisor is lost: ${why}${said === "" ? "" : `: ${said}`}`, { hint: "run `roadworthy heal`" });
  }
}

function toError({ code, message, hint }: Failure): RoadworthyError {
  return new RoadworthyError(code, message, hint === "" ? {} : { hint });
}

function clientOf(connection: Connection, start: SupervisorStart): Supervisor {
  let closed: Promise<CleanupResult> | null = null;
  const close = (): Promise<CleanupResult> => (closed ??= closeOnce(connection, start));
  const ask = async (request: SupervisorRequest): Promise<void> => void (await connection.ask(request));
  const askProcess = async (request: SupervisorRequest): Promise<ProcessIdentity> => answers.process.parse(await connection.ask(request));
  return {
    scratchFolder: start.scratchFolder,
    stateFolder: journalFolder(start.stateFolder, start.run),
    spawn: (spec) => askProcess({ ask: "spawn", spec }),
    start: (child) => askProcess({ ask: "start", child }),
    stop: (child, signal) => ask({ ask: "stop", child, signal }),
    kill: (child) => ask({ ask: "kill", child }),
    signal: (process, signal) => ask({ ask: "signal", process, signal }),
    write: (child, line) => ask({ ask: "write", child, line }),
    processes: async (child) => answers.processes.parse(await connection.ask({ ask: "processes", child })),
    forget: async (child) => {
      await ask({ ask: "forget", child });
      connection.board.forget(child);
    },
    folder: (path) => ask({ ask: "folder", path }),
    project: (project) => ask({ ask: "project", project }),
    lease: (undo, leaseMs) => lease(ask, { undo, leaseMs }),
    onNotice: (listener) => connection.board.listen(listener),
    close,
    [Symbol.asyncDispose]: async () => {
      await close();
    },
  };
}

async function lease(ask: (request: SupervisorRequest) => Promise<void>, { undo, leaseMs }: Pick<Extract<SupervisorRequest, { ask: "lease" }>, "undo" | "leaseMs">): Promise<Lease> {
  const id = freshToken(10);
  await ask({ ask: "lease", lease: id, undo, leaseMs });
  let released: Promise<void> | null = null;
  return { id, renew: (again) => ask({ ask: "renew", lease: id, leaseMs: again }), release: () => (released ??= ask({ ask: "release", lease: id })) };
}

/** When the supervisor is lost, what it would have done is done from its journal. */
async function closeOnce(connection: Connection, start: SupervisorStart): Promise<CleanupResult> {
  connection.closing();
  const timeout = Promise.withResolvers<never>();
  const timer = after(closeWithinMs, () => timeout.reject(new RoadworthyError("cleanup-incomplete", `the supervisor was not done within ${closeWithinMs} ms`)));
  try {
    const result = answers.cleanup.parse(await Promise.race([connection.ask({ ask: "close" }), timeout.promise]));
    await connection.exited();
    return result;
  } catch (error) {
    if (!(error instanceof RoadworthyError) || error.code !== "supervisor-lost") throw error;
    return await healRun(start.stateFolder, start.run);
  } finally {
    timer[Symbol.dispose]();
  }
}
