/**
 * Free ports for the nodes of a stack. They are taken from below the range that the system gives to outgoing connections: else, while a
 * node is down by a fault, the load's own connections could take its port, and it could never come back.
 */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { RoadworthyError } from "../../../base/error.ts";
import { dice, freshSeed, freshToken, integerBetween } from "../../../base/random.ts";

/** A port that is held until it is released just before its node starts: nobody gets it in between. */
export interface ReservedPort {
  readonly port: number;
  release(): Promise<void>;
}

const lowestPort = 10_240;
const attempts = 200;

export async function reservePort(host = "127.0.0.1"): Promise<ReservedPort> {
  const highestPort = outgoingRangeStart() - 1;
  const roll = dice(freshSeed(), freshToken(10));
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    // Where the outgoing range leaves nothing below it, the system chooses.
    const candidate = highestPort > lowestPort + attempts ? integerBetween(roll, lowestPort, highestPort) : 0;
    const server = await listen(host, candidate);
    if (server !== null) return { port: portOf(server), release: () => close(server) };
  }
  throw new RoadworthyError("stack-unavailable", `found no free port on ${host} in ${attempts} attempts`, { hint: "see what listens there: ss -tln" });
}

async function listen(host: string, port: number): Promise<Server | null> {
  const server = createServer();
  server.listen(port, host);
  try {
    await once(server, "listening");
    return server;
  } catch {
    return null;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new RoadworthyError("internal", "a TCP server has no port");
  return address.port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  await closed;
}

function outgoingRangeStart(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").trim().split(/\s+/)[0]);
  } catch {
    // macOS and the BSDs begin at 49152.
    return 49_152;
  }
}
