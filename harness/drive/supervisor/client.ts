/** The harness's end of the supervisor. Written against by stack and faults; implemented over the process's message channel. */

import type { ChildSpec, CleanupResult, ProcessIdentity, Project, SessionProcess, StopSignal, SupervisorNotice, Undo } from "./protocol.ts";

export interface Supervisor extends AsyncDisposable {
  /** Folder for the run's temporary data; removed at the end. */
  readonly scratchFolder: string;
  /** Where the run's journal is. Whoever has something to tell the run from outside leaves it there. */
  readonly stateFolder: string;
  spawn(spec: ChildSpec): Promise<ProcessIdentity>;
  start(child: string): Promise<ProcessIdentity>;
  /** By the child's own signal, or by this one. */
  stop(child: string, signal?: StopSignal): Promise<void>;
  kill(child: string): Promise<void>;
  signal(process: ProcessIdentity, signal: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): Promise<void>;
  write(child: string, line: string): Promise<void>;
  processes(child: string): Promise<readonly SessionProcess[]>;
  forget(child: string): Promise<void>;
  /** Makes a folder that is removed at the end, whoever dies before. Its parent must be there. */
  folder(path: string): Promise<void>;
  /** From here on the engine's containers, networks and volumes with the run's label are removed at the end, whoever dies before. Told again, the last word on `inMaking` counts. */
  project(project: Project): Promise<void>;
  /** Resolves when the undo is on disk: only then may the act be done. */
  lease(undo: Undo, leaseMs: number): Promise<Lease>;
  /** Also the notices of processes that started before the listener was added are told, in order. */
  onNotice(listener: (notice: SupervisorNotice) => void): Disposable;
  /** Undoes, ends and removes everything. Idempotent; disposal calls it. */
  close(): Promise<CleanupResult>;
}

/** An undo in the supervisor's hands. */
export interface Lease {
  readonly id: string;
  /** Has it end so long from now, and not earlier. Rejects with `not-allowed` beyond the limit for the longest fault, with `not-found` once it is over. */
  renew(leaseMs: number): Promise<void>;
  /** Has the supervisor execute the undo and verify it. Idempotent. Rejects with `cleanup-incomplete` when its effect is not seen. */
  release(): Promise<void>;
}
