import { expect, test } from "vitest";
import { startUpstream } from "../proxy-under-test.ts";
import { connectUpstream, type UpstreamGuard } from "./upstream.ts";

test.each(["127.0.0.1", "localhost"])("%s is not connected to when the guard refuses the address", async (host) => {
  const arrived = Promise.withResolvers<void>();
  let connections = 0;
  await using upstream = await startUpstream(() => {
    connections += 1;
    arrived.resolve();
  });
  const asked: string[] = [];
  const refuse: UpstreamGuard = (address) => asked.push(address) === 0;
  const refused = connectUpstream({ host, port: upstream.port }, refuse);
  const outcome = Promise.withResolvers<unknown>();
  refused.once("error", outcome.resolve).once("connect", () => outcome.resolve("connected"));
  expect(await outcome.promise).toMatchObject({ code: "not-allowed" });
  // What was asked about is the address, never the name.
  expect(asked).toContain("127.0.0.1");
  expect(asked).not.toContain("localhost");
  // A connection made now arrives after any that had been made before it.
  const allowed = connectUpstream({ host: "127.0.0.1", port: upstream.port }, () => true);
  await arrived.promise;
  expect(connections).toBe(1);
  allowed.destroy();
});
