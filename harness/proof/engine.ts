/**
 * A private container engine for tests and for machines without one: `npm run -s engine` starts it and prints `DOCKER_HOST=…`; `-- stop`
 * ends it with its containers; `-- status` says what there is. An engine that already answers is named instead, and is nobody's to stop:
 * two engines on one machine would take each other's packet rules away. `--folder` keeps it elsewhere than in the cache.
 */

import { parseArgs } from "node:util";
import { exitCodes } from "../base/error.ts";
import { machineEngine } from "./engine/machine-engine.ts";
import { enginePlaces } from "./engine/places.ts";
import { privateEngine, startPrivateEngine, stopPrivateEngine, type PrivateEngine } from "./engine/private-engine.ts";
import { tellFailure } from "./results/failed.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { folder: { type: "string" } } });
const [verb = "start"] = positionals;

try {
  await carryOut(verb);
} catch (error) {
  tellFailure(error);
}

async function carryOut(asked: string): Promise<void> {
  const places = enginePlaces(values.folder);
  switch (asked) {
    case "start":
      return tell((await machineEngine()) ?? (await startPrivateEngine(places)));
    case "stop":
      return console.error((await stopPrivateEngine(places)) ? "stopped" : "there was none to stop");
    case "status":
      return tell((await machineEngine()) ?? (await privateEngine(places)));
    default:
      console.error(`there is no ${asked}; say start, stop or status`);
      process.exitCode = exitCodes.usage;
  }
}

function tell(engine: PrivateEngine | null): void {
  if (engine === null) {
    console.error("no engine runs");
    process.exitCode = exitCodes.unavailable;
    return;
  }
  console.error(`engine ${engine.version}${engine.wasRunning ? ", which was running" : ""}`);
  console.log(`DOCKER_HOST=${engine.host}`);
}
