/** Ways in which an engine is lost: at a relay in front of it, or the engine itself. */

import { RoadworthyError } from "../../base/error.ts";
import { signalProcess } from "../../drive/supervisor/system/processes.ts";
import { enginePlaces } from "../engine/places.ts";
import { privateEngineProcess, startPrivateEngine, stopPrivateEngine } from "../engine/private-engine.ts";
import type { Relay } from "./relay.ts";

export interface Outage {
  readonly what: string;
  /** null: until the run has ended and could not clean up. */
  readonly lastsMs: number | null;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const pauseMs = 20_000;

export function relayOutages(relay: Relay): readonly Outage[] {
  const end = (): Promise<void> => relay.back();
  return [
    { what: "its socket refuses", lastsMs: null, begin: () => relay.refuse(), end },
    { what: "its socket is gone", lastsMs: null, begin: () => relay.remove(), end },
    { what: "it says nothing for 20 s", lastsMs: pauseMs, begin: async () => relay.pause(), end },
  ];
}

/** Of the private engine of this user, which is the only one that is ever touched. */
export function engineOutages(): readonly Outage[] {
  const places = enginePlaces();
  const signal = async (name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> => {
    const engine = privateEngineProcess(places);
    if (engine === null || !signalProcess(engine, name)) throw new RoadworthyError("stack-unavailable", "the private engine does not run", { hint: "start it: `npm run engine`" });
  };
  const start = async (): Promise<void> => void (await startPrivateEngine(places));
  return [
    { what: "stopped (SIGTERM)", lastsMs: null, begin: async () => void (await stopPrivateEngine(places)), end: start },
    { what: "killed (SIGKILL)", lastsMs: null, begin: () => signal("SIGKILL"), end: start },
    { what: "paused for 20 s (SIGSTOP)", lastsMs: pauseMs, begin: () => signal("SIGSTOP"), end: () => signal("SIGCONT") },
  ];
}
