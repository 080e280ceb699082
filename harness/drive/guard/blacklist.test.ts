import { BlockList } from "node:net";
import { expect, test } from "vitest";
import { dice, integerBetween } from "../../base/random.ts";
import { blacklistOf } from "./blacklist.ts";
import { guardOf } from "./guard.ts";

const rest4 = ["0.0.0.0/2", "64.0.0.0/3", "96.0.0.0/4", "112.0.0.0/5", "120.0.0.0/6", "124.0.0.0/7", "126.0.0.0/8", "128.0.0.0/1"];

test("R29: without an allow-list it is everything but loopback, exactly", () => {
  const list = blacklistOf([]);
  expect(list.slice(0, 8)).toEqual(rest4);
  // All but ::1: one network for each of its 128 bits, with that bit turned over.
  expect(list.slice(8)).toHaveLength(128);
  expect(list.slice(8, 11)).toEqual(["0:0:0:0:0:0:0:0/128", "0:0:0:0:0:0:0:2/127", "0:0:0:0:0:0:0:4/126"]);
  expect(list.at(-1)).toBe("8000:0:0:0:0:0:0:0/1");
});

test("R29: an allowed address is cut out, exactly", () => {
  const list = blacklistOf(["128.0.0.1:443"]).filter((network) => network.includes("."));
  const halves = Array.from({ length: 31 }, (_, index) => index + 2);
  expect(list).toHaveLength(7 + 31);
  expect(list.slice(0, 9)).toEqual([...rest4.slice(0, 7), "128.0.0.0/32", "128.0.0.2/31"]);
  expect(list.slice(7).map((network) => Number(network.split("/")[1])).toSorted((a, b) => a - b)).toEqual(halves);
});

test("R29: what may never be touched stays in it, as does what is no address", () => {
  expect(blacklistOf(["169.254.169.254:80", "[fe80::1]:80", "name.example:80", "nonsense"])).toEqual(blacklistOf([]));
});

test("R29: IPv4 inside IPv6 is IPv4, and no network of the list is one that a reader could take for IPv4", () => {
  expect(blacklistOf(["[::ffff:128.0.0.1]:80"])).toEqual(blacklistOf(["128.0.0.1:80"]));
  expect(blacklistOf(["[2001:db8::1]:80"]).filter((network) => network.startsWith("0:0:0:0:0:ffff:"))).toEqual([]);
});

test("R29: an address is in the list exactly when the guard refuses it, and in one network only", () => {
  const allowed = ["10.1.2.3:80", "10.1.2.4:80", "203.0.113.255:80", "[2001:db8::7]:80", "[::2]:80"];
  const guard = guardOf(allowed);
  const networks = blacklistOf(allowed).map((network) => {
    const [first = "", bits = ""] = network.split("/");
    const list = new BlockList();
    list.addSubnet(first, Number(bits), first.includes(".") ? "ipv4" : "ipv6");
    return { list, family: first.includes(".") ? ("ipv4" as const) : ("ipv6" as const) };
  });
  const roll = dice(29, "blacklist");
  const near = ["10.1.2.2", "10.1.2.3", "10.1.2.4", "10.1.2.5", "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0", "203.0.113.255", "255.255.255.255", "0.0.0.0"];
  const far = Array.from({ length: 500 }, () => Array.from({ length: 4 }, () => integerBetween(roll, 0, 255)).join("."));
  for (const address of [...near, ...far]) {
    const holding = networks.filter(({ list, family }) => family === "ipv4" && list.check(address, family)).length;
    expect([address, holding]).toEqual([address, guard(address, 80) ? 0 : 1]);
  }
  for (const address of ["::", "::1", "::2", "::3", "2001:db8::6", "2001:db8::7", "2001:db8::8", "ffff::", "8000::"]) {
    const holding = networks.filter(({ list, family }) => family === "ipv6" && list.check(address, family)).length;
    expect([address, holding]).toEqual([address, guard(address, 80) ? 0 : 1]);
  }
});
