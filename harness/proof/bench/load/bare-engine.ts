/**
 * The engine without what a suite hangs on it: no checks, no log, one request for all. Says `ready`; told `{"startAtUs": …}` it sends what
 * its argument orders, and says its counts.
 */

import { nowUs, type InstantUs } from "../../../base/time.ts";
import { runSpawned } from "../../../base/spawned.ts";
import { startEngine, type Engine } from "../../../drive/load/engine.ts";
import { plainOrigin } from "../../../drive/load/http/origin.ts";
import type { Journey, PreparedRequest } from "../../../drive/load/prepared-request.ts";
import { practiceRatePerSecond, withPractice } from "../../../drive/load/practice.ts";
import { z } from "zod";

const orderSchema = z.strictObject({ port: z.int(), ratePerSecond: z.number(), totalMs: z.number(), connections: z.int() });
const startSchema = z.strictObject({ startAtUs: z.number() });

await runSpawned(async (parent) => {
  const { port, ratePerSecond, totalMs, connections } = orderSchema.parse(JSON.parse(process.argv[2] ?? ""));
  const bytes = Buffer.from(`GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  const request: PreparedRequest = { route: 0, origin: 0, bytes, isHead: false, keepBody: false, fault: () => null };
  const arrive = (): Journey => {
    let isMade = false;
    return () => {
      if (isMade) return null;
      isMade = true;
      return request;
    };
  };
  const load = (to: { port: number; ratePerSecond: number; totalMs: number; connections: number; startAtUs: InstantUs }): Engine =>
    startEngine({
      sources: [
        { workload: 0, pace: (n) => (1000 * n) / to.ratePerSecond, origins: [plainOrigin({ host: "127.0.0.1", port: to.port })], connections: to.connections, timeoutMs: 5000, arrive },
      ],
      startAtUs: to.startAtUs,
      totalMs: to.totalMs,
      record: () => {},
    });
  await withPractice(async (practicePort, practiceMs) => {
    await load({ port: practicePort, ratePerSecond: practiceRatePerSecond, totalMs: practiceMs, connections, startAtUs: nowUs() }).finished;
  });
  parent.say("ready");
  const start = await parent.next();
  const engine = load({ port, ratePerSecond, totalMs, connections, startAtUs: start === undefined ? nowUs() : startSchema.parse(start).startAtUs });
  parent.ended.addEventListener("abort", () => engine.stop(), { once: true });
  parent.say(JSON.stringify(await engine.finished));
});
