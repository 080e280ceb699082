import { createServer, type Server } from "node:https";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { beforeAll, describe, expect, it } from "vitest";
import { listening, type Listening } from "../../../base/listening.ts";
import { ok, raw, run } from "../engine.fixture.ts";
import { selfSigned, type Certificate } from "./certificate.fixture.ts";
import type { Origin } from "./origin.ts";

let certificate: Certificate;
beforeAll(() => {
  certificate = selfSigned();
});

const origin = (port: number, tls: Partial<Origin["tls"]> = {}): Origin => ({ address: { host: "127.0.0.1", port }, tls: { serverName: "localhost", insecure: true, ...tls } });
const https = async (server: Server): Promise<Listening> => await listening(server);

describe("over TLS", () => {
  it("requests are answered, connections kept, and later ones go on with the first one's session", async () => {
    const sockets: { reused: boolean; name: string }[] = [];
    const server = createServer(certificate, ok);
    server.on("secureConnection", (socket: TLSSocket) => sockets.push({ reused: socket.isSessionReused(), name: String(Reflect.get(socket, "servername")) }));
    // Each connection carries three requests only.
    server.maxRequestsPerSocket = 3;
    await using listens = await https(server);
    const { counts, outcomes, made } = await run({ port: listens.port, origin: origin(listens.port), ratePerSecond: 100, totalMs: 300, connections: 1 });
    expect(counts).toEqual({ offered: 30, started: 30, dropped: 0 });
    expect(outcomes).toEqual({ ok: 30 });
    expect(made.every(({ status, bytes }) => status === 200 && bytes > 5)).toBe(true);
    expect(sockets.length).toBe(10);
    expect(sockets.map(({ reused }) => reused)).toEqual([false, ...Array.from({ length: 9 }, () => true)]);
    expect(new Set(sockets.map(({ name }) => name))).toEqual(new Set(["localhost"]));
  });

  it("a large answer arrives whole", async () => {
    const body = Buffer.alloc(3_000_000, "x");
    await using server = await https(createServer(certificate, (_request, response) => response.end(body)));
    const { outcomes, made } = await run({ port: server.port, origin: origin(server.port), ratePerSecond: 20, totalMs: 200 });
    expect(outcomes).toEqual({ ok: 4 });
    expect(made.every(({ bytes }) => bytes > body.length && bytes < body.length + 1000)).toBe(true);
  });

  it.each<[string, Partial<Origin["tls"]>, string]>([
    ["that nobody vouches for", { insecure: false }, "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["for another name, of nobody either", { insecure: false, serverName: "example.invalid" }, "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ])("a certificate %s is an error of TLS, and nothing is sent", async (_name, tls, message) => {
    let received = 0;
    const server = createServer(certificate, ok);
    server.on("secureConnection", (socket: TLSSocket) => socket.on("data", () => (received += 1)));
    await using listens = await https(server);
    const { counts, made } = await run({ port: listens.port, origin: origin(listens.port, tls), ratePerSecond: 100, totalMs: 50 });
    expect(counts).toEqual({ offered: 5, started: 5, dropped: 0 });
    expect(made.map((request) => [request.name, request.message])).toEqual(Array.from({ length: 5 }, () => ["tls", message]));
    expect(received).toBe(0);
  });

  it("a server that speaks something else is an error of TLS", async () => {
    await using server = await raw((socket) => socket.write("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n"));
    const { made } = await run({ port: server.port, origin: origin(server.port), ratePerSecond: 100, totalMs: 50 });
    expect(made.map(({ name, message }) => [name, message])).toEqual(Array.from({ length: 5 }, () => ["tls", "ERR_SSL_WRONG_VERSION_NUMBER"]));
  });

  it("a server without a version in common is an error of TLS", async () => {
    await using server = await listening(createTlsServer({ ...certificate, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }));
    const { made } = await run({ port: server.port, origin: origin(server.port), ratePerSecond: 100, totalMs: 30 });
    expect(new Set(made.map(({ name }) => name))).toEqual(new Set(["tls"]));
    expect(made[0]?.message).toMatch(/^ERR_SSL_\w+$/);
  });

  it("a connection that is closed in the handshake was reset, one that stalls in it timed out", async () => {
    await using closing = await raw((socket) => socket.end());
    const closed = await run({ port: closing.port, origin: origin(closing.port), ratePerSecond: 100, totalMs: 30 });
    expect(closed.made.map(({ name, message }) => [name, message])).toEqual(Array.from({ length: 3 }, () => ["reset", "closed in the TLS handshake"]));
    await using silent = await raw(() => {});
    const stalled = await run({ port: silent.port, origin: origin(silent.port), ratePerSecond: 100, totalMs: 30, connectTimeoutMs: 100 });
    expect(stalled.made.map(({ name, message }) => [name, message])).toEqual(Array.from({ length: 3 }, () => ["timeout", "no TLS handshake in time"]));
    expect(stalled.made.every(({ startUs, endUs }) => endUs - startUs >= 100_000 && endUs - startUs < 5_000_000)).toBe(true);
  });
});
