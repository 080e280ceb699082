/**
 * Stands in for the harness in the crash tests: starts a supervisor and a tree of processes under it, says what it has, and waits to be
 * killed. `node stand-in.fixture.ts <json of { run, stateFolder, undoUrl, stack }>`.
 */

import { freePort } from "../../base/listening.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { bootEmbedded } from "../stack/embedded.ts";
import { startSupervisor } from "./connect.ts";

interface Wish {
  run: string;
  stateFolder: string;
  /** An undo by POST to here is leased. */
  undoUrl: string;
  /** Whether a PostgreSQL is started as well. */
  stack: boolean;
}

/** A server with a child in its session, and one that left the session. */
const tree = `
  const { spawn } = require("node:child_process");
  const child = spawn("sleep", ["600"]);
  const stray = spawn("sleep", ["600"], { detached: true });
  const server = require("node:http").createServer().listen(Number(process.env.PORT), "127.0.0.1", () => console.log(JSON.stringify({ pids: [process.pid, child.pid, stray.pid] })));
`;

const wish: Wish = JSON.parse(process.argv[2] ?? "{}");
const supervisor = await startSupervisor({ run: wish.run, stateFolder: wish.stateFolder });
const port = await freePort();
const grown = Promise.withResolvers<number[]>();
supervisor.onNotice((notice) => {
  if (notice.notice === "output" && notice.child === "tree") grown.resolve(JSON.parse(notice.line).pids);
});
await supervisor.spawn({
  id: "tree",
  command: [process.execPath, "-e", tree],
  workingFolder: "/",
  env: { PATH: process.env["PATH"] ?? "", PORT: String(port) },
  restart: { policy: "always", delayMs: 50 },
  stop: { signal: "SIGTERM", withinMs: 500 },
  runAs: null,
  input: false,
});
const pids = await grown.promise;
await supervisor.lease({ do: "http", method: "POST", url: wish.undoUrl, body: null, done: [200], verify: null }, 600_000);
if (wish.stack) {
  const target = targetSchema.parse({ name: "stand-in", title: "Stand-in", nodes: { postgres: { kind: "postgres" } } });
  const signal = new AbortController().signal;
  const stack = await bootEmbedded(target, { supervisor, run: wish.run, targetFolder: "/", proxyKind: "embedded", onProgress: () => {}, signal });
  const running = await Promise.all(["postgres", "proxy"].map((child) => stack.supervisor.processes(child)));
  pids.push(...running.flat().map((process) => process.pid));
}
process.stdout.write(`${JSON.stringify({ pids, port, scratchFolder: supervisor.scratchFolder })}\n`);
