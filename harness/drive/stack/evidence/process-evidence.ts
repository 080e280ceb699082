/** Of processes: the supervisor tells what they print and how they end. The last lines of each are held, so that a flood before a fault does not hide the fault. */

import type { NodeState, PrintedLine } from "../../../log/node-evidence.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import type { SupervisorNotice } from "../../supervisor/protocol.ts";
import { linesIn } from "./line-window.ts";
import type { NodeEvidence } from "./node-evidence.ts";

/** Held of each process. The supervisor passes on lines of at most 2,048 characters, and 200 of them a second and stream. */
const mostLines = 2_000;
const mostChars = 512 * 1024;

/** `children`: by node, as the supervisor names them; `nodeOf` one that came later, null for what is none of a node. */
export function processEvidence(supervisor: Pick<Supervisor, "onNotice">, children: ReadonlyMap<string, readonly string[]>, nodeOf: (child: string) => string | null = () => null): NodeEvidence {
  const kept = new Map([...children].flatMap(([node, names]) => names.map((process) => [process, new Kept(node, process)] as const)));
  const listening = supervisor.onNotice((notice) => {
    if (!("child" in notice)) return;
    const node = kept.has(notice.child) ? null : nodeOf(notice.child);
    if (node !== null) kept.set(notice.child, new Kept(node, notice.child));
    kept.get(notice.child)?.take(notice);
  });
  return {
    states: () => Promise.resolve([...kept.values()].flatMap((each) => each.state() ?? [])),
    output: (window) => {
      const outputs = [...kept.values()].map(({ node, process, lines, isWhole }) => ({ node, process, ...linesIn(lines, window, isWhole(window.fromUs)), why: null }));
      return Promise.resolve(outputs.filter(({ lines }) => lines.length > 0));
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

class Kept {
  readonly node: string;
  readonly process: string;
  readonly lines: PrintedLine[] = [];
  #chars = 0;
  #droppedUntilUs = Number.NEGATIVE_INFINITY;
  #starts = 0;
  #is: NodeState["state"] | null = null;
  #ended: string | null = null;

  constructor(node: string, process: string) {
    this.node = node;
    this.process = process;
  }

  take(notice: Extract<SupervisorNotice, { child: string }>): void {
    switch (notice.notice) {
      case "started":
        this.#starts += 1;
        this.#is = "running";
        return;
      case "exited":
        this.#is = "ended";
        this.#ended = notice.ended;
        return;
      case "restarting":
        this.#is = "restarting";
        return;
      case "gave-up":
        this.#is = "ended";
        this.#ended ??= notice.why;
        return;
      case "output":
        this.#add({ at: notice.atUs, stream: notice.stream, line: notice.line });
    }
  }

  #add(line: PrintedLine): void {
    this.lines.push(line);
    this.#chars += line.line.length;
    while (this.lines.length > mostLines || this.#chars > mostChars) {
      const gone = this.lines.shift();
      this.#chars -= gone?.line.length ?? 0;
      this.#droppedUntilUs = gone?.at ?? this.#droppedUntilUs;
    }
  }

  readonly isWhole = (fromUs: number): boolean => this.#droppedUntilUs < fromUs;

  /** null before its first start. A process that is halted by a signal counts as running: the supervisor is not told of it. */
  state(): NodeState | null {
    if (this.#is === null) return null;
    return { node: this.node, process: this.process, state: this.#is, ended: this.#ended, outOfMemory: null, restarts: Math.max(0, this.#starts - 1) };
  }
}
