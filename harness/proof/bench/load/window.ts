/** What a load tool does in a stretch of its run: requests by the server's count, CPU time of the tool's process. Alike for all tools, whatever they say of themselves. */

import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, poll, wait } from "../../../base/time.ts";
import type { Child } from "../child.ts";
import type { AnswerServer } from "../../servers/answer-server.ts";

export interface Window {
  readonly perSecond: number;
  /** Requests for each second of CPU time of the tool; null where the system does not tell CPU times. */
  readonly perCoreSecond: number | null;
  /** CPU time of the tool for each second; 1 is a whole core. */
  readonly cores: number | null;
}

const beginWithinMs = 8000;
/** After its first request a tool opens connections and compiles. */
const settleMs = 700;

/** Once the server has seen its first request and a moment has passed, looks at it for `windowMs`. */
export async function windowOf(child: Child, server: AnswerServer, windowMs: number): Promise<Window> {
  const before = await server.served();
  const began = await poll(async () => ((await server.served()) > before ? true : undefined), { intervalMs: 50, deadlineUs: nowUs() + beginWithinMs * 1000 });
  if (began === undefined) throw new RoadworthyError("process-died", "the tool sent nothing", { hint: "run it by itself to see why" });
  await wait(settleMs);
  const [fromCpuMs, fromServed, fromUs] = [child.cpuMs(), await server.served(), nowUs()];
  await wait(windowMs);
  const [toCpuMs, toServed, toUs] = [child.cpuMs(), await server.served(), nowUs()];
  const seconds = (toUs - fromUs) / 1_000_000;
  const requests = toServed - fromServed;
  const cpuSeconds = fromCpuMs === null || toCpuMs === null ? null : (toCpuMs - fromCpuMs) / 1000;
  return { perSecond: requests / seconds, perCoreSecond: cpuSeconds === null ? null : requests / cpuSeconds, cores: cpuSeconds === null ? null : cpuSeconds / seconds };
}
