/** The scripted service of `targets/truth` in a process of its own, and what its log says. */

import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, timeoutSignal, type InstantUs } from "../../../base/time.ts";
import { httpCall } from "../../../drive/supervisor/system/http-call.ts";
import { startModule } from "../../bench/child.ts";

const callLimitMs = 10_000;
const startWithinMs = 30_000;
const portsSchema = z.object({ http: z.int(), tcp: z.int(), control: z.int() });

export type TruthPorts = z.infer<typeof portsSchema>;

export interface TruthService extends AsyncDisposable {
  readonly ports: TruthPorts;
  /** Calls its control port; the stamps are those around the call. Throws when it says no. */
  call(method: "GET" | "POST", path: string, body?: unknown): Promise<{ text: string; beganUs: InstantUs; endedUs: InstantUs }>;
}

/** `script`: see `targets/truth/service/script.ts`; what is left out goes well. */
export async function startTruthService(script: object): Promise<TruthService> {
  const child = startModule("targets/truth/service/truth", [JSON.stringify({ ...script, endsWithInput: true })]);
  try {
    const ports = portsSchema.parse(JSON.parse(await child.line(startWithinMs)));
    return {
      ports,
      call: async (method, path, body) => {
        const beganUs = nowUs();
        const url = `http://127.0.0.1:${ports.control}${path}`;
        const { status, text } = await httpCall({ method, url, body: body === undefined ? null : JSON.stringify(body), signal: timeoutSignal(callLimitMs) });
        if (status >= 300) throw new RoadworthyError("internal", `the scripted service answered ${method} ${path} with ${status}: ${text}`);
        return { text, beganUs, endedUs: nowUs() };
      },
      [Symbol.asyncDispose]: async () => await child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** A line of its log, on the host's clock: the first line says when its own began. */
export interface ServiceLine {
  readonly atUs: number;
  readonly word: string;
  readonly rest: string;
}

export function serviceLines(log: string): ServiceLine[] {
  const lines = log.split("\n").map((line) => /^(\d+) (\S+) ?(.*)$/.exec(line)?.slice(1) ?? []);
  const originNs = BigInt(lines[0]?.[2] ?? "0");
  return lines.map(([ns = "0", word = "", rest = ""]) => ({ atUs: Number(originNs + BigInt(ns)) / 1000, word, rest }));
}
