/** Everything in drive that opens connections, at once: each door refuses each hostile target, and nothing is sent (R29). */

import { describe, expect, test } from "vitest";
import { timeoutSignal } from "../../base/time.ts";
import { probeSchema } from "../../scenario/target/probe.ts";
import type { Query } from "../../scenario/target/query.ts";
import { insertFuse } from "../guard/fuse.fixture.ts";
import { connectGuarded } from "../guard/connect.ts";
import { guardOf, loopbackOnly, type Guard } from "../guard/guard.ts";
import { hostileTargets, strangeTargets } from "../guard/hostile-targets.fixture.ts";
import { Connection } from "../load/http/connection.ts";
import { placeOf } from "../probe/layers/check.ts";
import { look } from "../probe/layers/index.ts";
import { connectUpstream, upstreamGuard } from "../proxy/relay/upstream.ts";
import type { Addresses } from "../stack/address.ts";
import { runQuery } from "../stack/query.ts";
import { roundTrip, type Language } from "../stack/round-trip.ts";
import { httpCall } from "../supervisor/system/http-call.ts";

/** Discard; nothing listens there. */
const port = 9;
const timeoutMs = 500;
const login = { user: "app", password: "app", database: "app" };

/** Tries to connect to `host`, and rejects when it cannot. `guard` is left out where the door has none but loopback. */
type Door = (host: string, guard: Guard) => Promise<unknown>;

const probing = (spec: Record<string, unknown>): Door => async (host, guard) => {
  const probe = probeSchema.parse({ at: { node: "node" }, ...spec });
  await look(probe, placeOf(probe, addressesAt(host, spec["layer"] === "postgres"), guard), timeoutSignal(timeoutMs));
};
const asking = (query: Query): Door => async (host, guard) => await runQuery(query, addressesAt(host, query.via === "sql"), { timeoutMs, guard });

function addressesAt(host: string, isPostgres: boolean): Addresses {
  const ports = { main: { host, port } };
  return { nodes: { node: isPostgres ? { kind: "postgres", ports, ...login } : { kind: "process", ports } }, links: {} };
}

const ended = async (socket: ReturnType<typeof connectGuarded>): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject).once("close", () => resolve());
  await promise;
};

/** Resolves when the connection has been closed again. */
const loading: Door = async (host, guard) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  void new Connection({ address: { host, port }, tls: null }, { onEnd: () => resolve(), onIdleClosed: () => resolve() }, guard);
  await promise;
};

const doors: readonly [string, Door][] = [
  ["load", async (host, guard) => await loading(host, guard)],
  ["tcp probe", probing({ layer: "tcp" })],
  ["http probe", probing({ layer: "http", path: "/" })],
  ["redis probe", probing({ layer: "redis" })],
  ["postgres probe", probing({ layer: "postgres" })],
  ["sql query", asking({ via: "sql", node: "node", statement: "select 1" })],
  ["redis query", asking({ via: "redis", node: "node", command: ["PING"] })],
  ["http query", asking({ via: "http", node: "node", path: "/", pick: "" })],
  ["prometheus query", asking({ via: "prometheus", node: "node", path: "/", metric: "up", labels: {} })],
  ["command query", asking({ via: "command", command: [process.execPath, "-e", "", "{{node:node}}"] })],
  ["proxy upstream", async (host, guard) => await ended(connectUpstream({ host, port }, guard))],
];

describe(`R29: 0 packets to ${hostileTargets.length} hostile targets`, () => {
  test.each(doors)("%s", async (_name, door) => {
    using fuse = await insertFuse();
    for (const host of hostileTargets) await expect(door(host, loopbackOnly), host).rejects.toMatchObject({ code: "not-allowed" });
    expect(fuse.attempts).toEqual([]);
  });

  const languages: readonly Language[] = [{ speak: "postgres", ...login }, { speak: "redis" }, { speak: "http", path: "/", status: [200] }, { speak: "tcp" }];
  test.each(languages)("round trip in $speak", async (language) => {
    using fuse = await insertFuse();
    for (const host of hostileTargets) await expect(roundTrip(language, { host, port }, timeoutMs), host).rejects.toThrow();
    expect(fuse.attempts).toEqual([]);
  });

  test("control and undo calls over HTTP", async () => {
    using fuse = await insertFuse();
    for (const host of hostileTargets) {
      const written = host.includes(":") && !host.includes("\r") ? `[${host}]` : host;
      await expect(httpCall({ method: "DELETE", url: `http://${written}:${port}/proxies/a`, signal: timeoutSignal(timeoutMs) }), host).rejects.toThrow();
    }
    expect(fuse.attempts).toEqual([]);
  });
});

test.each(doors.filter(([name]) => name !== "command query"))("R29: %s asks the guard for each connection, with the address and the port", async (_name, door) => {
  using fuse = await insertFuse();
  const asked: string[] = [];
  const refuse: Guard = (address, at) => asked.push(`${address} ${at}`) < 0;
  await expect(door("127.0.0.1", refuse)).rejects.toMatchObject({ code: "not-allowed" });
  await expect(door("127.0.0.1", refuse)).rejects.toMatchObject({ code: "not-allowed" });
  expect(asked.length).toBeGreaterThanOrEqual(2);
  expect(new Set(asked)).toEqual(new Set([`127.0.0.1 ${port}`]));
  expect(fuse.attempts).toEqual([]);
});

test.each(doors.filter(([name]) => name !== "command query"))("R29: %s reaches what was allowed, and that alone", async (_name, door) => {
  using fuse = await insertFuse();
  const guard = guardOf([`203.0.113.7:${port}`]);
  for (const host of strangeTargets) {
    // Load records how its connection ended; the others reject with what the network, here the fuse, said.
    await door(host, guard).catch(() => undefined);
  }
  expect(fuse.attempts).toEqual([`203.0.113.7:${port}`]);
});

test("R29: an upstream's guard opens what it was given, and no metadata address", () => {
  const guard = upstreamGuard(["192.0.2.1:80", "169.254.169.254:80"]);
  expect([guard("192.0.2.1", 80), guard("192.0.2.1", 81), guard("169.254.169.254", 80)]).toEqual([true, false, false]);
});
