import { expect, test } from "vitest";
import { upstreamGuard } from "./upstream.ts";

test.each(["127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"])("%s is loopback and may be reached", (address) => {
  expect(upstreamGuard()(address, 1)).toBe(true);
});

test.each(["10.0.0.1", "0.0.0.0", "8.8.8.8", "::", "2001:db8::1", "::ffff:8.8.8.8", "128.0.0.1", "localhost", ""])("%s may not", (address) => {
  expect(upstreamGuard()(address, 1)).toBe(false);
});

test("what is allowed by name is that address and port only, and never a metadata or link-local address", () => {
  const guard = upstreamGuard(["192.0.2.1:80", "169.254.169.254:80", "[fe80::1]:80", "[2001:db8::1]:80"]);
  expect(guard("192.0.2.1", 80)).toBe(true);
  expect(guard("[2001:db8::1]".slice(1, -1), 80)).toBe(true);
  expect(guard("192.0.2.1", 81)).toBe(false);
  expect(guard("169.254.169.254", 80)).toBe(false);
  expect(guard("::ffff:169.254.169.254", 80)).toBe(false);
  expect(guard("fe80::1", 80)).toBe(false);
});
