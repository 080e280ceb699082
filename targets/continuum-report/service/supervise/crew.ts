/** The worker processes: started, watched, replaced when they die. They hang on their IPC channel, so none outlives the supervisor. */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Environment } from "../base/environment.ts";
import { logLine, logTrouble } from "../base/log-line.ts";
import { parseNews } from "../jobs/supervisor-line.ts";

export interface WorkerView {
  readonly pid: number;
  readonly id: string;
  readonly port: number | null;
  readonly busy: boolean;
  readonly document_id: string | null;
}

export interface Crew {
  /** Starts or retires workers until there are this many. */
  resize(workers: number): void;
  /** Ids of all workers that have not ended yet, retiring ones included. */
  alive(): ReadonlySet<string>;
  view(): WorkerView[];
  /** Workers that ended without having been told to. */
  deaths(): number;
  close(limitMs: number): Promise<void>;
}

interface Member {
  readonly id: string;
  readonly child: ChildProcess;
  readonly startedMs: number;
  port: number | null;
  documentId: string | null;
  retiring: boolean;
}

interface CrewOptions {
  readonly name: string;
  /** Path of the worker's entry file. */
  readonly entry: string;
  readonly environment: Environment;
}

/** A worker that dies younger than this will do so again: then the next start waits a little. */
const crashAgeMs = 1_000;
const crashPauseMs = 500;

export function openCrew(options: CrewOptions): Crew {
  const members = new Map<string, Member>();
  const state = { deaths: 0, startsAgainAtMs: 0 };
  const onEnd = (member: Member, how: string) => {
    if (!members.delete(member.id) || member.retiring) return;
    state.deaths += 1;
    logTrouble(`worker ${member.id} ended: ${how}`);
    if (performance.now() - member.startedMs < crashAgeMs) state.startsAgainAtMs = performance.now() + crashPauseMs;
  };
  const serving = () => [...members.values()].filter((member) => !member.retiring);
  return {
    resize(workers) {
      const missing = performance.now() < state.startsAgainAtMs ? 0 : workers - serving().length;
      for (let count = 0; count < missing; count += 1) hire(members, options, onEnd);
      for (const member of leastBusy(serving()).slice(0, Math.max(0, serving().length - workers))) retire(member);
    },
    alive: () => new Set(members.keys()),
    view: () => serving().map(viewOf),
    deaths: () => state.deaths,
    close: (limitMs) => dismiss([...members.values()], limitMs),
  };
}

function hire(members: Map<string, Member>, options: CrewOptions, onEnd: (member: Member, how: string) => void): void {
  const id = `${options.name}.${randomUUID().slice(0, 13)}`;
  const child = spawn(process.execPath, [options.entry], {
    env: { ...options.environment, WORKER_ID: id, PORT: "0" },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const member: Member = { id, child, startedMs: performance.now(), port: null, documentId: null, retiring: false };
  members.set(id, member);
  child.on("message", (message) => hear(member, message));
  child.once("exit", (code, signal) => onEnd(member, signal ?? `exit ${code}`));
  child.once("error", (error) => onEnd(member, error.message));
}

function hear(member: Member, message: unknown): void {
  const news = parseNews(message);
  if (news?.kind === "listening") member.port = news.port;
  if (news?.kind === "working") member.documentId = news.documentId;
}

function leastBusy(members: readonly Member[]): Member[] {
  return members.toSorted((left, right) => Number(left.documentId !== null) - Number(right.documentId !== null));
}

function retire(member: Member): void {
  member.retiring = true;
  logLine(`worker ${member.id} retires`);
  member.child.kill("SIGTERM");
}

function viewOf(member: Member): WorkerView {
  return { pid: member.child.pid ?? 0, id: member.id, port: member.port, busy: member.documentId !== null, document_id: member.documentId };
}

/** Lets all workers go and cuts off those that take longer than the limit. */
async function dismiss(members: readonly Member[], limitMs: number): Promise<void> {
  const ends = members.map(ended);
  for (const member of members) retire(member);
  const cut = setTimeout(() => members.forEach((member) => member.child.kill("SIGKILL")), limitMs);
  await Promise.all(ends);
  clearTimeout(cut);
}

function ended({ child }: Member): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once("exit", () => resolve());
  child.once("error", () => resolve());
  return promise;
}
