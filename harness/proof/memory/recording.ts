/** Records a day's load as the load process does, into the folder that it is given, and prints what that did to this process's memory. */

import { openEventWriter, openRequestWriter } from "../../log/writer.ts";
import type { JsonEvent } from "../../log/event.ts";
import { startRecorder } from "../../drive/load/recorder.ts";
import { inTurns, raise } from "../bench/log/records.ts";
import { atSecond, dayEndUs, dayFrame, dayRequest, dayRoutes, daySecond, dayWorkloads } from "./day.ts";
import { MemoryLook, residentBytes } from "./look.ts";

const recordsPerLook = 20_000;

const [folder = "", samples = "0", hours = "0"] = process.argv.slice(2);
const day = { samples: Number(samples), hours: Number(hours) };
const secondsOfDay = day.hours * 3600;

function writeFrame(): void {
  using harness = openEventWriter(folder, "harness", { onError: raise });
  for (const event of dayFrame(day)) harness.write(event);
}

async function record(): Promise<MemoryLook> {
  using events = openEventWriter(folder, "load", { onError: raise });
  using requests = openRequestWriter(folder, "load", { routes: dayRoutes, workloads: dayWorkloads }, { onError: raise });
  const write = (event: JsonEvent): void => events.write(event);
  let second = 0;
  const look = new MemoryLook(residentBytes);
  {
    // The recorder stamps by the host's clock, and a log with two clocks is incomplete.
    using recorder = startRecorder({ routes: dayRoutes, writeRequest: (request) => requests.write(request), writeEvent: (event) => write({ ...event, at: atSecond(second) }) });
    await inTurns(day.samples, (number) => {
      const request = dayRequest(day, number);
      recorder.record(request, request.outcome === 0 ? "" : `status ${request.status}`);
      for (; second < (number * secondsOfDay) / day.samples; second += 1) write(daySecond(second));
      if (number % recordsPerLook === 0) look.look(number / day.samples);
    });
  }
  write({ type: "load-end", at: dayEndUs(day) + 1_000_000, offered: day.samples, started: day.samples, dropped: 0 });
  return look;
}

writeFrame();
const look = await record();
console.log(JSON.stringify({ requests: day.samples, ...look.growth() }));
