import { describe, expect, it, test } from "vitest";
import { disguisedTargets, hostileTargets, neverTargets, strangeTargets } from "./hostile-targets.fixture.ts";
import { connectGuarded } from "./connect.ts";
import { insertFuse } from "./fuse.fixture.ts";
import { guardOf, loopbackOnly, permittedAddress, type Resolve } from "./guard.ts";
import { pinAllowed } from "./pin-allowed.ts";

const notAllowed: unknown = expect.objectContaining({ code: "not-allowed" });

describe("R29: the guard", () => {
  it.each(["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])("lets %s through", async (host) => {
    expect(await permittedAddress({ host, port: 80 }, loopbackOnly)).toBe(host);
  });

  it("holds at least 40 hostile targets", () => {
    expect(new Set(hostileTargets).size).toBeGreaterThanOrEqual(40);
  });

  it.each(hostileTargets)("refuses %j, and does not look it up", async (host) => {
    const asked: string[] = [];
    const resolve: Resolve = async (name) => [`${asked.push(name)}`, "127.0.0.1"];
    await expect(permittedAddress({ host, port: 80 }, loopbackOnly, resolve)).rejects.toThrow(notAllowed);
    expect(asked).toEqual([]);
  });

  it.each(neverTargets)("refuses %j although it is on the allow-list", async (host) => {
    const pair = host.includes(":") ? `[${host}]:80` : `${host}:80`;
    await expect(permittedAddress({ host, port: 80 }, guardOf([pair]))).rejects.toThrow(notAllowed);
    await expect(pinAllowed([{ host, port: 80 }])).rejects.toThrow(notAllowed);
  });

  it.each(disguisedTargets)("takes %j for no entry of an allow-list", async (host) => {
    await expect(pinAllowed([{ host, port: 80 }], async () => ["203.0.113.7"])).rejects.toThrow(notAllowed);
  });

  it.each(strangeTargets)("lets %j through when the allow-list has it, on that port only, however it is written", (host) => {
    const guard = guardOf([host.includes(":") ? `[${host}]:80` : `${host}:80`]);
    expect([guard(host, 80), guard(host, 81)]).toEqual([true, false]);
  });

  it("knows an address by what it is, not by how it is written", () => {
    expect(guardOf(["10.0.0.1:80"])("::ffff:a00:1", 80)).toBe(true);
    expect(guardOf(["[2001:DB8:0:0::1]:80"])("2001:db8::1", 80)).toBe(true);
    expect(guardOf(["10.0.0.1:80"])("10.0.0.2", 80)).toBe(false);
  });

  it("judges a name by where it leads", async () => {
    const at = async (...addresses: string[]): Promise<string> => await permittedAddress({ host: "db.example", port: 80 }, loopbackOnly, async () => addresses);
    expect(await at("203.0.113.7", "127.0.0.1")).toBe("127.0.0.1");
    await expect(at("203.0.113.7", "169.254.169.254")).rejects.toThrow(notAllowed);
    await expect(at()).rejects.toThrow(notAllowed);
  });
});

describe("R29: a name that leads elsewhere later (DNS rebinding)", () => {
  /** Answers each look-up with the next list. */
  const changing = (...answers: string[][]): Resolve => async () => answers.shift() ?? [];

  const outcomeOf = async (guard: ReturnType<typeof guardOf>, resolve: Resolve): Promise<unknown> => {
    const { promise, resolve: settle } = Promise.withResolvers<unknown>();
    const socket = connectGuarded({ host: "rebind.example", port: 9 }, guard, { resolve });
    socket.once("error", settle).once("connect", () => settle("connected"));
    return await promise;
  };

  test.each(["169.254.169.254", "10.0.0.1", "0.0.0.0", "::ffff:a9fe:a9fe"])("loopback first, then %s: the second connection is refused, nothing is sent", async (second) => {
    using fuse = await insertFuse();
    const resolve = changing(["127.0.0.1"], [second]);
    expect(await outcomeOf(loopbackOnly, resolve)).not.toMatchObject({ code: "not-allowed" });
    expect(await outcomeOf(loopbackOnly, resolve)).toMatchObject({ code: "not-allowed" });
    expect(fuse.attempts).toEqual([]);
  });

  test("an allowed name is pinned to the addresses that it had when the run began", async () => {
    using fuse = await insertFuse();
    const resolve = changing(["203.0.113.7"], ["203.0.113.7"], ["203.0.113.8"]);
    const allowed = await pinAllowed([{ host: "rebind.example", port: 9 }], resolve);
    expect(allowed).toEqual(["203.0.113.7:9"]);
    // The fuse stands for the network here: it was asked, and said no.
    expect(await outcomeOf(guardOf(allowed), resolve)).toMatchObject({ code: "EACCES" });
    expect(await outcomeOf(guardOf(allowed), resolve)).toMatchObject({ code: "not-allowed" });
    expect(fuse.attempts).toEqual(["203.0.113.7:9"]);
  });
});
