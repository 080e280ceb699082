/** Where a private engine keeps what it has: one folder that only its user can look into. */

import { join } from "node:path";
import { RoadworthyError } from "../../base/error.ts";
import { cacheFolder } from "../../drive/stack/tools/cache-folder.ts";

export interface EnginePlaces {
  readonly folder: string;
  /** Images, containers and volumes; images stay for the next start. */
  readonly data: string;
  /** What lasts as long as the engine runs. */
  readonly running: string;
  readonly socket: string;
  /** Written by the engine itself. */
  readonly pidFile: string;
  readonly log: string;
}

/** A longer one does not fit into the address of a socket. */
const longestSocketPath = 100;

export function enginePlaces(folder: string = join(cacheFolder(), "engine")): EnginePlaces {
  const socket = join(folder, "engine.sock");
  if (Buffer.byteLength(socket) > longestSocketPath) {
    throw new RoadworthyError("cannot-write", `${socket} is too long for a socket`, { where: folder, hint: "name a shorter folder: --folder, or ROADWORTHY_CACHE" });
  }
  return {
    folder,
    data: join(folder, "data"),
    running: join(folder, "running"),
    socket,
    pidFile: join(folder, "engine.pid"),
    log: join(folder, "engine.log"),
  };
}
