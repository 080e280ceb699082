/** R8: how long the interface of a proxy takes to answer while toxics come, change and go many times a second under traffic. */

import { z } from "zod";
import { messageOf } from "../../base/error.ts";
import { every, nowUs, wait } from "../../base/time.ts";
import { startModule } from "../bench/child.ts";
import type { BenchProxy } from "../bench/proxy/proxies.ts";
import { quantile } from "../bench/rounds.ts";
import type { Finding } from "../results/finding.ts";

export interface Responsiveness {
  readonly connections: number;
  readonly megabytesPerSecond: number;
  readonly changesPerSecond: number;
  readonly seconds: number;
}

const limitMs = 100;
/** Toxics that change at once: a call that blocks keeps only its own from the next change. */
const slots = 10;
const portSchema = z.object({ port: z.int() });
const receivedSchema = z.object({ bytes: z.number(), seconds: z.number() });

export async function checkResponsiveness(proxy: BenchProxy, options: Responsiveness): Promise<Finding> {
  const { calls, bytesPerSecond } = await underTraffic(proxy, options);
  const p99Ms = quantile(calls.tookMs, 0.99);
  return {
    what: `${proxy.name}: ${options.changesPerSecond} toxic changes a second, ${options.connections} connections, ${options.megabytesPerSecond} MB/s offered, ${options.seconds} s`,
    must: `every call is answered, p99 ≤ ${limitMs} ms`,
    seen: `${calls.tookMs.length} calls, p50 ${quantile(calls.tookMs, 0.5).toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms, longest ${Math.max(...calls.tookMs).toFixed(0)} ms; ${calls.missed} not made because the one before was still unanswered, ${calls.failed.length} failed${calls.failed.length > 0 ? ` (${calls.failed[0]})` : ""}; ${(bytesPerSecond / 1_000_000).toFixed(0)} MB/s arrived`,
    held: p99Ms <= limitMs && calls.missed === 0 && calls.failed.length === 0,
  };
}

/** Changes the toxics of a link while traffic goes through it. */
export async function underTraffic(proxy: BenchProxy, options: Responsiveness): Promise<{ calls: Calls; bytesPerSecond: number }> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(startModule("harness/proof/bench/proxy/exchange-server"));
  const link = await proxy.link("busy", portSchema.parse(JSON.parse(await server.line())).port, false);
  const traffic = stack.use(startModule("harness/proof/proxy/traffic", [link.port, options.connections, options.megabytesPerSecond].map(String)));
  await traffic.line();
  traffic.tell("{}");
  await traffic.line();
  const calls = await changeToxics(proxy, options);
  traffic.tell("{}");
  const { bytes, seconds } = receivedSchema.parse(JSON.parse(await traffic.line()));
  await proxy.client.removeLink("busy");
  return { calls, bytesPerSecond: bytes / seconds };
}

export interface Calls {
  /** One for each call that was made, answered or not. */
  tookMs: number[];
  /** Calls that were due while the one before it, on the same toxic, was still unanswered. */
  missed: number;
  failed: string[];
}

async function changeToxics(proxy: BenchProxy, { changesPerSecond, seconds }: Responsiveness): Promise<Calls> {
  const calls: Calls = { tookMs: [], missed: 0, failed: [] };
  const busy = new Set<number>();
  const pending: Promise<void>[] = [];
  let count = 0;
  const change = async (slot: number, step: number): Promise<void> => {
    const beganUs = nowUs();
    try {
      await act(proxy, slot, step);
    } catch (error) {
      calls.failed.push(messageOf(error));
    }
    calls.tookMs.push((nowUs() - beganUs) / 1000);
    busy.delete(slot);
  };
  {
    using _ticks = every(1000 / changesPerSecond, () => {
      const slot = count % slots;
      if (busy.has(slot)) calls.missed += 1;
      else {
        busy.add(slot);
        pending.push(change(slot, Math.floor(count / slots)));
      }
      count += 1;
    });
    await wait(seconds * 1000);
  }
  await Promise.all(pending);
  return calls;
}

const kinds = [
  { type: "latency", attributes: { latency: 5, jitter: 5 }, other: { latency: 1, jitter: 0 } },
  { type: "bandwidth", attributes: { rate: 100_000 }, other: { rate: 50_000 } },
  { type: "slicer", attributes: { average_size: 8000, size_variation: 4000, delay: 0 }, other: { average_size: 16_000, size_variation: 0, delay: 10 } },
] as const;

/** Added, changed, removed, and again. */
async function act(proxy: BenchProxy, slot: number, step: number): Promise<void> {
  const kind = kinds[slot % kinds.length];
  if (kind === undefined) return;
  const toxics = `http://${proxy.address}/proxies/busy/toxics`;
  const name = `t${slot}`;
  const stream = slot % 2 === 0 ? "downstream" : "upstream";
  const calls = [
    () => post(toxics, { name, stream, type: kind.type, attributes: kind.attributes }),
    () => post(`${toxics}/${name}`, { attributes: kind.other }),
    () => fetch(`${toxics}/${name}`, { method: "DELETE" }),
  ];
  const answer = await calls[step % calls.length]?.();
  if (answer?.ok !== true) throw new TypeError(`answered ${answer?.status}: ${await answer?.text()}`);
}

async function post(url: string, body: object): Promise<Response> {
  return await fetch(url, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
}
