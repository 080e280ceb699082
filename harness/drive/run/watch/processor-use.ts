/** Writes how much processor time each process of the run uses, once a second: what the harness and its proxy cost stands beside the target. */

import { every, nowUs } from "../../../base/time.ts";
import type { EventWriter } from "../../../log/writer.ts";
import type { ProcessIdentity } from "../../supervisor/protocol.ts";
import { treesOf } from "../../supervisor/system/processes.ts";

const intervalMs = 1000;
/** A kernel tick, as Linux tells it to programs. */
const tickMs = 10;

/** `running`: the processes that the supervisor started and still has, by name. What one used after the last look at it is not counted. */
export function watchProcessorUse(log: EventWriter, running: () => ReadonlyMap<string, ProcessIdentity>): Disposable {
  const meter = new Meter();
  let lastUs = nowUs();
  let own = process.cpuUsage();
  meter.read(running());
  return every(intervalMs, () => {
    const at = nowUs();
    const { user, system } = process.cpuUsage(own);
    own = process.cpuUsage();
    log.write({ type: "processor-use", at, overMs: (at - lastUs) / 1000, used: [{ process: "harness", ms: (user + system) / 1000 }, ...meter.read(running())] });
    lastUs = at;
  });
}

/** What each process, with all that it started, has used since it was read last. */
class Meter {
  #before = new Map<string, number>();

  read(roots: ReadonlyMap<string, ProcessIdentity>): { process: string; ms: number }[] {
    const now = new Map<string, number>();
    const used = [...treesOf(roots)].map(([process, tree]) => {
      let ticks = 0;
      for (const { pid, startTicks, usedTicks } of tree) {
        const identity = `${pid}/${startTicks}`;
        now.set(identity, usedTicks);
        ticks += usedTicks - (this.#before.get(identity) ?? 0);
      }
      return { process, ms: ticks * tickMs };
    });
    this.#before = now;
    return used;
  }
}
