/**
 * Loaded into the harness, the supervisor and its warden before anything else (`node --import`): writes down what they are doing and when, and
 * kills at a stop point when it is told to. The product knows nothing of it: it stands between the product and Node.
 *
 *   ROADWORTHY_TRACE    the file that lines go to: `<µs> <who> <point> <detail>`
 *   ROADWORTHY_STOP_AT  `<who> <point> <nth>`: SIGKILL to `harness`, to `both` harness and supervisor, or to `all` three when this process comes by `point` for the nth time
 *
 * Points of the supervisor: `<entry>:before` and `<entry>:written` of each journal entry, `signal:…`, `undo:…`, `remove:…` around its acts.
 * Points of the harness: `ask-<request>:before` and `:after` of each request to the supervisor, `act:…` around what it does to the proxy.
 */

import childProcess from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Server } from "node:net";
import { nowUs } from "../../base/time.ts";

type Role = "harness" | "supervisor" | "warden";

const program = process.argv[1] ?? "";
const roles: readonly (readonly [string, Role])[] = [["/drive/supervisor/main.", "supervisor"], ["/drive/supervisor/warden.", "warden"], ["/cli/main.", "harness"]];
const role = roles.find(([path]) => program.includes(path))?.[1] ?? null;
const traceFile = process.env["ROADWORTHY_TRACE"];
const [stopWho = "", stopPoint = "", stopNth = "1"] = (process.env["ROADWORTHY_STOP_AT"] ?? "").split(" ");
const kill = process.kill.bind(process);
const { appendFileSync, readFileSync } = fs;
const victimsOf: Readonly<Record<string, readonly Role[]>> = { harness: ["harness"], both: ["harness", "supervisor"], all: ["harness", "supervisor", "warden"] };
const passed = new Map<string, number>();

if (role !== null && traceFile !== undefined) {
  pass("begin", String(process.pid));
  if (role === "supervisor") watchSupervisor();
  else if (role === "harness") watchHarness();
  syncBuiltinESMExports();
}

/** This process comes by a point. */
function pass(point: string, detail = ""): void {
  appendFileSync(traceFile ?? "", `${nowUs()} ${role} ${point} ${detail}\n`);
  const times = (passed.get(point) ?? 0) + 1;
  passed.set(point, times);
  if (point === stopPoint && times === Number(stopNth)) strike();
}

/** The one in which this runs dies last. */
function strike(): void {
  appendFileSync(traceFile ?? "", `${nowUs()} ${role} struck ${stopWho}\n`);
  const victims = victimsOf[stopWho] ?? [];
  for (const victim of victims.toSorted((a, b) => Number(a === role) - Number(b === role))) {
    const pid = pidOf(victim);
    if (pid > 1) kill(pid, "SIGKILL");
  }
}

function pidOf(victim: Role): number {
  if (victim === role) return process.pid;
  const line = readFileSync(traceFile ?? "", "utf8").split("\n").find((text) => text.includes(` ${victim} begin `));
  return Number(line?.split(" ")[3] ?? 0);
}

function watchSupervisor(): void {
  const { writeSync, fdatasyncSync, rmSync } = fs;
  const { rm } = fs.promises;
  let written = "";
  fs.writeSync = new Proxy(writeSync, {
    apply: (real, self, args: unknown[]) => {
      const [, text] = args;
      const entry = typeof text === "string" ? /^[0-9a-f]{8} \{"entry":"([a-z]+)".*$/m.exec(text) : null;
      written = entry?.[1] ?? "";
      if (entry !== null) pass(`${written}:before`, entry[0].slice(9));
      return Reflect.apply(real, self, args);
    },
  });
  fs.fdatasyncSync = new Proxy(fdatasyncSync, {
    apply: (real, self, args: Parameters<typeof fdatasyncSync>) => {
      Reflect.apply(real, self, args);
      if (written !== "") pass(`${written}:written`);
    },
  });
  fs.rmSync = around(rmSync, "forget");
  fs.promises.rm = around(rm, "remove");
  process.kill = around(kill, "signal");
  watchRequests("undo");
}

function watchHarness(): void {
  const { spawn } = childProcess;
  childProcess.spawn = new Proxy(spawn, {
    apply: (real, self, args) => {
      const child: unknown = Reflect.apply(real, self, args);
      if (child instanceof childProcess.ChildProcess && child.connected) watchChannel(child);
      return child;
    },
  });
  watchRequests("act");
  diagnostics.subscribe("tracing:net.server.listen:asyncEnd", (message) => {
    if (typeof message === "object" && message !== null && "server" in message && message.server instanceof Server) tracePort(message.server);
  });
}

/** What the harness asks of the supervisor, and when it has its answer. */
function watchChannel(child: childProcess.ChildProcess): void {
  const asked = new Map<number, string>();
  child.on("message", (answer: unknown) => hear(answer, asked));
  const send = child.send.bind(child);
  child.send = new Proxy(send, {
    apply: (real, self, args) => {
      const ask = requestOf(args[0]);
      if (ask !== null) asked.set(ask.id, ask.ask);
      if (ask !== null) pass(`ask-${ask.ask}:before`);
      return Reflect.apply(real, self, args);
    },
  });
}

/** Every port of a run is held by the harness before it is given to a node. */
function tracePort(server: Server): void {
  const address = server.address();
  if (typeof address === "object" && address !== null) pass("port", String(address.port));
}

function requestOf(message: unknown): { id: number; ask: string } | null {
  if (typeof message !== "object" || message === null || !("id" in message) || !("request" in message)) return null;
  const { id, request } = message;
  if (typeof request !== "object" || request === null || !("ask" in request) || typeof id !== "number") return null;
  return request.ask === "beat" || request.ask === "processes" ? null : { id, ask: String(request.ask) };
}

function hear(answer: unknown, asked: Map<number, string>): void {
  if (typeof answer !== "object" || answer === null || !("say" in answer) || !("id" in answer)) return;
  const ask = asked.get(Number(answer.id));
  if (ask !== undefined) pass(`ask-${ask}:after`);
}

/** Requests that change something at the proxy, through whichever client. */
function watchRequests(name: string): void {
  for (const channel of ["http.client.request.start", "undici:request:create"]) diagnostics.subscribe(channel, (message) => passRequest(`${name}:before`, message));
  for (const channel of ["http.client.response.finish", "undici:request:headers"]) diagnostics.subscribe(channel, (message) => passRequest(`${name}:after`, message));
}

function passRequest(point: string, message: unknown): void {
  if (typeof message !== "object" || message === null || !("request" in message)) return;
  const { request } = message;
  if (typeof request !== "object" || request === null || !("method" in request) || !("path" in request)) return;
  if (request.method !== "GET") pass(point, String(request.path));
}

/** The same function, with a point before and after each call. */
function around<Act extends (...args: never[]) => unknown>(act: Act, name: string): Act {
  return new Proxy(act, {
    apply: (real, self, args) => {
      pass(`${name}:before`, String(args[0]));
      const result: unknown = Reflect.apply(real, self, args);
      if (result instanceof Promise) void result.then(() => pass(`${name}:after`, String(args[0]))).catch(() => {});
      else pass(`${name}:after`, String(args[0]));
      return result;
    },
  });
}
