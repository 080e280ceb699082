/** Progress on stderr: one line that is rewritten on a terminal, plain lines now and then elsewhere. */

import type { Progress } from "../drive/run/progress.ts";
import { nowUs } from "../base/time.ts";
import { plain } from "../../reports/text.ts";

const plainIntervalMs = 5000;

export interface ProgressDisplay extends Disposable {
  show(progress: Progress): void;
}

export function progressDisplay(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? rewriting(stream) : lineByLine(stream);
}

function rewriting(stream: NodeJS.WriteStream): ProgressDisplay {
  const clear = "\r\u001b[2K";
  return {
    show: (progress) => {
      if (progress.note !== null) stream.write(`${clear}${plain(progress.note)}\n`);
      stream.write(`${clear}${describe(progress).slice(0, Math.max(20, stream.columns - 1))}`);
    },
    [Symbol.dispose]: () => {
      stream.write(clear);
    },
  };
}

function lineByLine(stream: NodeJS.WriteStream): ProgressDisplay {
  let lastStage = "";
  let lastUs = 0;
  return {
    show: (progress) => {
      if (progress.note !== null) stream.write(`${plain(progress.note)}\n`);
      const stage = `${progress.scenario ?? ""}/${progress.stage}`;
      if (stage === lastStage && (nowUs() - lastUs) / 1000 < plainIntervalMs) return;
      lastStage = stage;
      lastUs = nowUs();
      stream.write(`${describe(progress)}\n`);
    },
    [Symbol.dispose]: () => {},
  };
}

function describe(progress: Progress): string {
  if (progress.scenario === null) return `${plain(progress.stage)} …`;
  const parts = [`[${progress.position}] ${progress.scenario}`, progress.stage];
  if (progress.leftMs !== null) parts.push(`${Math.ceil(progress.leftMs / 1000)} s left`);
  parts.push(`${progress.requestsPerSecond} req/s`, `${progress.errorsPerSecond} err/s`);
  if (progress.activeFaults.length > 0) parts.push(`faults: ${progress.activeFaults.join(", ")}`);
  if (progress.waitingFor.length > 0) parts.push(`waiting for ${progress.waitingFor.join(", ")}`);
  return plain(parts.join(" · "));
}
