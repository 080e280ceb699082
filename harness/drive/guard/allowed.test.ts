import { describe, expect, it } from "vitest";
import { assertAllowed, resolveAllowed } from "./allowed.ts";

describe("assertAllowed", () => {
  it.each(["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])("lets %s through", (address) => {
    expect(() => assertAllowed(address)).not.toThrow();
  });

  it.each(["10.0.0.1", "169.254.169.254", "0.0.0.0", "::", "8.8.8.8", "::ffff:10.0.0.1", "fe80::1", "localhost", "127.1", "2130706433", "", "127.0.0.1.example.com"])(
    "refuses %j",
    (address) => {
      expect(() => assertAllowed(address)).toThrow(expect.objectContaining({ code: "not-allowed" }));
    },
  );
});

describe("resolveAllowed", () => {
  it("gives the address behind a name of this machine", async () => {
    expect(["127.0.0.1", "::1"]).toContain(await resolveAllowed("localhost"));
  });

  it("refuses an address beyond loopback", async () => {
    await expect(resolveAllowed("192.0.2.1")).rejects.toMatchObject({ code: "not-allowed" });
  });
});
