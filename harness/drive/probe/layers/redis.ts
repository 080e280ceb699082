/** Whether Redis answers a command. The protocol is spoken by hand: a client library would reconnect, retry or queue. */

import type { ProbeSpec } from "../../../scenario/target/probe.ts";
import { connectedSocket, type Check } from "./check.ts";

/** The first line of an answer says whether it is an error; longer ones are not answers to a probe. */
const lineLimitBytes = 4096;

export const checkRedis: Check<Extract<ProbeSpec, { layer: "redis" }>> = async (spec, place, signal) => {
  const socket = await connectedSocket(place, signal);
  try {
    socket.write(encodeCommand(spec.command));
    let answer = "";
    for await (const chunk of socket) {
      answer += String(chunk);
      const end = answer.indexOf("\r\n");
      if (end >= 0) return faultOfLine(answer.slice(0, end));
      if (answer.length > lineLimitBytes) return "an answer that is not Redis's";
    }
    return "closed before an answer";
  } finally {
    socket.destroy();
  }
};

function encodeCommand(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}

/** `-LOADING …`, `-MASTERDOWN …`, `-READONLY …` are answers, and none of them is well. */
function faultOfLine(line: string): string | null {
  if (line.startsWith("-")) return line.slice(1);
  return /^[+:$*_#,%~(=]/.test(line) ? null : "an answer that is not Redis's";
}
