import { expect, test } from "vitest";
import { formatAddress, isLoopbackAddress, parseAddress } from "./loopback-address.ts";

test.each(["127.0.0.1:80", "[::1]:80", "db.internal:5432", ":0"])("%s survives parsing and formatting", (text) => {
  const address = parseAddress(text);
  expect(address).not.toBeNull();
  expect(address === null ? "" : formatAddress(address)).toBe(text);
});

test.each(["", "127.0.0.1", "::1:80x", "a:b", "a:65536", "a:-1", "user@host:80", "host/path:80", "a b:1"])("%s is no address", (text) => {
  expect(parseAddress(text)).toBeNull();
});

test("loopback is 127.0.0.0/8 and ::1, and no name", () => {
  expect(["127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"].every(isLoopbackAddress)).toBe(true);
  expect(["126.255.255.255", "128.0.0.0", "::2", "::ffff:126.0.0.1", "localhost", "127.1", "0177.0.0.1", ""].some(isLoopbackAddress)).toBe(false);
});
