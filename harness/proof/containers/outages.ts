/** Ways in which an engine is lost: at a relay in front of it, or the engine itself. */

import { RoadworthyError } from "../../base/error.ts";
import { signalProcess } from "../../drive/supervisor/system/processes.ts";
import { enginePlaces } from "../engine/places.ts";
import { privateEngineProcess, startPrivateEngine, stopPrivateEngine } from "../engine/private-engine.ts";
import type { Relay } from "./relay.ts";

export interface Outage {
  readonly what: string;
  /** It begins when the run has said so. */
  readonly at: string;
  /** null: until the run has ended and could not clean up. */
  readonly lastsMs: number | null;
  begin(): Promise<void>;
  end(): Promise<void>;
}

const pauseMs = 20_000;
/** What pauses a container is in effect, and healing it needs the engine. */
const atFault = "fault pause injected";
const atBoot = "starting api";

/** Each at a relay of its own. */
export const relayOutages: readonly ((relay: Relay) => Outage)[] = [
  (relay) => ({ what: "its socket refuses", at: atFault, lastsMs: null, begin: () => relay.refuse(), end: () => relay.back() }),
  (relay) => ({ what: "its socket is gone", at: atFault, lastsMs: null, begin: () => relay.remove(), end: () => relay.back() }),
  (relay) => ({ what: "it says nothing for 20 s", at: atFault, lastsMs: pauseMs, begin: async () => relay.pause(), end: () => relay.back() }),
  (relay) => ({ what: "its socket refuses in the boot", at: atBoot, lastsMs: null, begin: () => relay.refuse(), end: () => relay.back() }),
  (relay) => ({ what: "it says nothing for 20 s in the boot", at: atBoot, lastsMs: pauseMs, begin: async () => relay.pause(), end: () => relay.back() }),
];

/** Of the private engine of this user, which is the only one that is ever touched. */
export function engineOutages(): readonly Outage[] {
  const places = enginePlaces();
  const signal = async (name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): Promise<void> => {
    const engine = privateEngineProcess(places);
    if (engine === null || !signalProcess(engine, name)) throw new RoadworthyError("stack-unavailable", "the private engine does not run", { hint: "start it: `npm run engine`" });
  };
  const start = async (): Promise<void> => void (await startPrivateEngine(places));
  return [
    { what: "stopped (SIGTERM)", at: atFault, lastsMs: null, begin: async () => void (await stopPrivateEngine(places)), end: start },
    { what: "killed (SIGKILL)", at: atFault, lastsMs: null, begin: () => signal("SIGKILL"), end: start },
    { what: "paused for 20 s (SIGSTOP)", at: atFault, lastsMs: pauseMs, begin: () => signal("SIGSTOP"), end: () => signal("SIGCONT") },
  ];
}
