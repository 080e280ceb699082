/** Carries out an undo and looks whether it took effect: repeated and bounded (R6); what is gone needs no undoing (R7). */

import { execFile } from "node:child_process";
import { entryPath } from "../../../base/entry.ts";
import { messageOf, systemErrorCode } from "../../../base/error.ts";
import { nowUs, timeoutSignal, wait } from "../../../base/time.ts";
import type { Undo } from "../protocol.ts";
import { undoByEngine } from "./engine-undo.ts";
import { httpCall, type HttpAnswer } from "./http-call.ts";
import { runCommand } from "../run-command.ts";
import { isAlive, isStopped, signalProcess } from "./processes.ts";

export interface UndoLimits {
  readonly attempts: number;
  /** For all attempts together. */
  readonly withinMs: number;
}

export const patientUndo: UndoLimits = { attempts: 5, withinMs: 15_000 };
export const hurriedUndo: UndoLimits = { attempts: 3, withinMs: 1_200 };

/** A tool is a program that has to start first, and so is what runs in a container. */
const toolLeastMs = 2_500;
const backOffMs = [50, 150, 400, 1_000] as const;

/** Answers null once the effect is seen, else what is in the way. */
export async function carryOut(undo: Undo, { attempts, withinMs }: UndoLimits): Promise<string | null> {
  const deadlineUs = nowUs() + withinMs * 1000;
  let problem: string | null = null;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const restMs = (deadlineUs - nowUs()) / 1000;
    if (restMs <= 0) break;
    problem = await attemptOnce(undo, { limitMs: Math.max(1, Math.min(restMs, withinMs / 3)), restMs });
    if (problem === null) return null;
    await wait(Math.min(backOffMs[attempt] ?? 1_000, Math.max(0, (deadlineUs - nowUs()) / 1000)));
  }
  return problem ?? "there was no time for it";
}

async function attemptOnce(undo: Undo, { limitMs, restMs }: { limitMs: number; restMs: number }): Promise<string | null> {
  try {
    switch (undo.do) {
      case "http":
        return await undoByHttp(undo, limitMs);
      case "signal":
        return undoBySignal(undo);
      case "run":
        return await undoByTool(undo, Math.max(limitMs, toolLeastMs));
      case "engine":
        return await undoByEngine(undo, Math.max(limitMs, toolLeastMs));
      case "command":
        // Nobody knows how long it takes: it has all that is left.
        return await undoByCommand(undo, Math.max(restMs, toolLeastMs));
      case "start":
      case "nothing":
        return null;
    }
  } catch (error) {
    return messageOf(error);
  }
}

async function undoByHttp(undo: Extract<Undo, { do: "http" }>, limitMs: number): Promise<string | null> {
  const answer = await callUnlessGone({ method: undo.method, url: undo.url, body: undo.body }, limitMs);
  if (answer === null) return null;
  if (!undo.done.includes(answer.status) && answer.status !== 404) return `${undo.method} ${undo.url} answered ${answer.status}`;
  if (undo.verify === null) return null;
  const { url, status, contains } = undo.verify;
  const seen = await callUnlessGone({ method: "GET", url, body: null }, limitMs);
  if (seen === null || (seen.status === 404 && status !== 404)) return null;
  const good = seen.status === status && (contains === null || withoutSpaces(seen.text).includes(withoutSpaces(contains)));
  return good ? null : `GET ${url} answered ${seen.status}, which does not show the healing`;
}

/** null when nobody listens there any more: the proxy is gone, and every disturbance with it. */
async function callUnlessGone(call: { method: string; url: string; body: string | null }, limitMs: number): Promise<HttpAnswer | null> {
  try {
    return await httpCall({ ...call, signal: timeoutSignal(limitMs) });
  } catch (error) {
    if (systemErrorCode(error) === "ECONNREFUSED") return null;
    throw error;
  }
}

/** Another server of the same interface may put spaces into its JSON. */
function withoutSpaces(text: string): string {
  return text.replaceAll(/\s/g, "");
}

async function undoByTool({ module, input }: Extract<Undo, { do: "run" }>, limitMs: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  execFile(process.execPath, [entryPath(module), input], { timeout: Math.ceil(limitMs), killSignal: "SIGKILL" }, (error, _out, said) => {
    if (error === null) resolve(null);
    else resolve(error.killed === true ? `${module} did not end within ${Math.ceil(limitMs)} ms` : said.trim() || error.message);
  });
  return await promise;
}

async function undoByCommand({ command, workingFolder, verify }: Extract<Undo, { do: "command" }>, limitMs: number): Promise<string | null> {
  const problem = (await runCommand(command, workingFolder, limitMs)).problem;
  return problem ?? (verify === null ? null : (await runCommand(verify, workingFolder, limitMs)).problem);
}

function undoBySignal({ process, signal }: Extract<Undo, { do: "signal" }>): string | null {
  const there = signalProcess(process, signal);
  if (!there) return null;
  if (signal === "SIGCONT") return isStopped(process) ? `process ${process.pid} is still stopped` : null;
  return isAlive(process) ? `process ${process.pid} has not ended yet` : null;
}
