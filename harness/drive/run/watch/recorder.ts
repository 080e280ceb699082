/** Writes what the supervisor tells into the log of whatever is under way: the scenario's, or the suite's between scenarios. */

import { nowUs } from "../../../base/time.ts";
import type { EventWriter } from "../../../log/writer.ts";
import type { ContainerMoment } from "../../stack/evidence/container-evidence.ts";
import type { ProcessIdentity, SupervisorNotice } from "../../supervisor/protocol.ts";

/** Lines of output that one log keeps of one process: evidence, not an archive. */
const maxLinesPerProcess = 2000;

export class Recorder {
  readonly #suiteLog: EventWriter;
  #current: EventWriter;
  #lines = new Map<string, number>();
  readonly #running = new Map<string, ProcessIdentity>();

  constructor(suiteLog: EventWriter) {
    this.#suiteLog = suiteLog;
    this.#current = suiteLog;
  }

  /** From now on things are written into `log`, until the result is disposed. */
  into(log: EventWriter): Disposable {
    this.#current = log;
    this.#lines = new Map();
    return {
      [Symbol.dispose]: () => {
        this.#current = this.#suiteLog;
      },
    };
  }

  /** What the supervisor has running, by the names of its children. */
  get running(): ReadonlyMap<string, ProcessIdentity> {
    return this.#running;
  }

  take(notice: SupervisorNotice): void {
    switch (notice.notice) {
      case "started":
        this.#running.set(notice.child, notice.process);
        this.#current.write({ type: "process", at: notice.atUs, process: notice.child, what: "started", pid: notice.process.pid });
        return;
      case "exited":
        this.#running.delete(notice.child);
        this.#current.write({ type: "process", at: notice.atUs, process: notice.child, what: "exited", pid: notice.pid, ended: notice.ended });
        return;
      case "restarting":
        this.#current.write({ type: "process", at: notice.atUs, process: notice.child, what: "restarting", pid: 0 });
        return;
      case "gave-up":
        this.#current.write({ type: "process", at: notice.atUs, process: notice.child, what: "gave-up", pid: 0, ended: notice.why });
        return;
      case "output":
        this.#line(notice);
        return;
      case "lease-expired":
        this.#current.write({ type: "output", at: notice.atUs, process: "supervisor", stream: "err", line: `lease ${notice.lease} ran out; healed: ${notice.healed}` });
    }
  }

  /** A container that started or ended: the engine's word of it, without a process of this machine. */
  takeMoment({ process, what, ended }: ContainerMoment): void {
    this.#current.write({ type: "process", at: nowUs(), process, what, pid: 0, ...(ended === null ? {} : { ended }) });
  }

  #line(notice: Extract<SupervisorNotice, { notice: "output" }>): void {
    const count = (this.#lines.get(notice.child) ?? 0) + 1;
    this.#lines.set(notice.child, count);
    if (count > maxLinesPerProcess) return;
    this.#current.write({ type: "output", at: notice.atUs, process: notice.child, stream: notice.stream, line: notice.line });
  }
}
