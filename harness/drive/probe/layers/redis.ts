/** Whether Redis answers a command. The protocol is spoken by hand: a client library would reconnect, retry or queue. */

import type { ProbeSpec } from "../../../scenario/target/probe.ts";
import { redisAnswer, redisCommand } from "../../stack/clients/redis-protocol.ts";
import { connectedSocket, type Check } from "./check.ts";

export const checkRedis: Check<Extract<ProbeSpec, { layer: "redis" }>> = async (spec, place, signal) => {
  const password = place.access.kind === "redis" ? place.access.password : undefined;
  const socket = await connectedSocket(place, signal);
  try {
    socket.write(redisCommand(spec.command, password));
    const line = await redisAnswer(socket, password);
    return line === null ? "closed before an answer" : faultOfLine(line);
  } finally {
    socket.destroy();
  }
};

/** `-LOADING …`, `-MASTERDOWN …`, `-READONLY …` are answers, and none of them is well. */
function faultOfLine(line: string): string | null {
  if (line.startsWith("-")) return line.slice(1);
  return /^[+:$*_#,%~(=]/.test(line) ? null : "an answer that is not Redis's";
}
