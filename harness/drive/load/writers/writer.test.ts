import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { listening, type Listening } from "../../../base/listening.ts";
import { nowUs } from "../../../base/time.ts";
import { loopbackOnly } from "../../guard/guard.ts";
import { Ledger, type WriteEvent } from "../../ledger/ledger.ts";
import { connectionsOf } from "../../ledger/stores/index.ts";
import type { GuestRequest } from "../guest/guest.ts";
import { startWriter, type Turns } from "./writer.ts";

/** What becomes of the nth command (from 1) that the server is sent. */
type Act = "keep" | "refuse" | "close" | "keep, and close";

interface Keeper extends Listening {
  kept: string[];
}

/** As much of Redis as a list needs: each chunk of a client with one command at a time is one command. */
async function keeper(actOf: (n: number) => Act): Promise<Keeper> {
  const kept: string[] = [];
  let n = 0;
  const server = createServer((socket: Socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      const words = String(chunk).split("\r\n");
      if (words[2]?.toLowerCase() !== "rpush") return void socket.write("+OK\r\n");
      n += 1;
      const act = actOf(n);
      if (act.startsWith("keep")) kept.push(words[6] ?? "");
      if (act.endsWith("close")) socket.resetAndDestroy();
      else socket.write(act === "keep" ? `:${kept.length}\r\n` : "-OOM command not allowed\r\n");
    });
  });
  return { ...(await listening(server)), kept };
}

interface Written {
  events: WriteEvent[];
  requests: Omit<GuestRequest, "route">[];
  /** Ids by what was last said of them. */
  ids: (what: WriteEvent["what"]) => string[];
}

async function writeTo(port: number, { turns = () => null, forMs = 5_000, enough = 6 }: { turns?: (startUs: number) => Turns; forMs?: number; enough?: number } = {}): Promise<Written> {
  const events: WriteEvent[] = [];
  const requests: Omit<GuestRequest, "route">[] = [];
  const ledger = new Ledger({ name: "writes", id: "{{run}}-{{n}}", run: "r", journal: (event) => events.push(event) });
  const address = { host: "127.0.0.1", port };
  const connect = connectionsOf({ kind: "queue", at: { node: "store", port: "main" }, key: "writes" }, { address, access: { kind: "redis", ports: { main: address } }, guard: loopbackOnly, timeoutMs: 2_000 });
  const over = new AbortController();
  const startUs = nowUs();
  const record = (request: Omit<GuestRequest, "route">): void => {
    requests.push(request);
    if (requests.length >= enough) over.abort(new Error("enough"));
  };
  await startWriter({ connection: await connect(), connect, turns: turns(startUs), ledger, over: over.signal, untilUs: startUs + forMs * 1000, record, onFlight: () => {} });
  const last = new Map(events.map(({ id, what }) => [id, what]));
  return { events, requests, ids: (what) => [...last].filter(([, said]) => said === what).map(([id]) => id) };
}

test("what was acknowledged is there, what was refused is not, and what was not answered is in doubt", async () => {
  const acts: readonly Act[] = ["keep", "refuse", "close", "keep, and close", "keep", "keep"];
  await using server = await keeper((n) => acts[n - 1] ?? "keep");
  const { events, requests, ids } = await writeTo(server.port);
  expect(ids("ok")).toEqual(["r-1", "r-5", "r-6"]);
  expect(ids("refused")).toEqual(["r-2"]);
  expect(ids("info")).toEqual(["r-3", "r-4"]);
  // Nothing is sent twice, whatever became of it.
  expect(server.kept).toEqual(["r-1", "r-4", "r-5", "r-6"]);
  expect(events.map(({ what }) => what)).toEqual(["invoke", "ok", "invoke", "refused", "invoke", "info", "invoke", "info", "invoke", "ok", "invoke", "ok"]);
  expect(requests.map(({ outcome }) => outcome)).toEqual(["ok", "status", "reset", "reset", "ok", "ok"]);
});

test("a turn without a connection is a failed request, and no write", async () => {
  await using server = await keeper(() => {
    void server[Symbol.asyncDispose]();
    return "close";
  });
  const { requests, events } = await writeTo(server.port, { enough: 3 });
  expect(requests.slice(1).map(({ outcome, message }) => `${outcome} ${message}`)).toEqual(["refused ECONNREFUSED", "refused ECONNREFUSED"]);
  expect(new Set(events.map(({ id }) => id))).toEqual(new Set(["r-1"]));
});

test("writes with a rate are due at their times, none of them from the end on", async () => {
  await using server = await keeper(() => "keep");
  const everyUs = 20_000;
  let firstUs = 0;
  const turns = (startUs: number): Turns => ({ firstUs: (firstUs = startUs), everyUs });
  const { requests } = await writeTo(server.port, { turns, forMs: 90, enough: 100 });
  expect(requests.map(({ intendedUs = 0 }) => intendedUs - firstUs)).toEqual([0, 20_000, 40_000, 60_000, 80_000]);
  expect(requests.every(({ startUs, intendedUs = 0 }) => startUs >= intendedUs)).toBe(true);
});
