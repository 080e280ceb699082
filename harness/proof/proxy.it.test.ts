/** The short forms of what `proxy.ts` shows in full. */

import { expect, test } from "vitest";
import { startEmbedded } from "./bench/proxy/proxies.ts";
import { checkAbuse } from "./proxy/abuse.ts";
import { checkIntegrity } from "./proxy/integrity.ts";
import { underTraffic } from "./proxy/responsiveness.ts";

const mebibyte = 1_048_576;

test("R8: every one of hundreds of toxic changes under traffic is answered, and the traffic goes on", async () => {
  await using proxy = await startEmbedded();
  const { calls, bytesPerSecond } = await underTraffic(proxy, { connections: 200, megabytesPerSecond: 20, changesPerSecond: 50, seconds: 3 });
  // How fast is a timing, and belongs to `npm run proof:proxy`, which asks for a p99 of at most 100 ms.
  expect(calls.failed).toEqual([]);
  expect(calls.tookMs.length).toBeGreaterThan(0);
  expect(bytesPerSecond).toBeGreaterThan(0);
});

test("R9: a stream through hundreds of toxic changes keeps its SHA-256, in a process of its own", async () => {
  await using proxy = await startEmbedded();
  expect(await checkIntegrity(proxy, { mebibytes: 32, changes: 320, seed: 11 })).toMatchObject({ held: true });
});

test("abandoned connections and bad servers leave no socket and no memory behind", async () => {
  await using proxy = await startEmbedded();
  const findings = await checkAbuse(proxy, { connections: 500, limitBytes: 200 * mebibyte });
  expect(findings.filter(({ held }) => held !== true)).toEqual([]);
  expect(findings).toHaveLength(5);
});
