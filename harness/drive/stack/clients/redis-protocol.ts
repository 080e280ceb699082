/** One command to Redis by hand, where a client library would reconnect, retry or queue, or leave nobody the choice of where its connection comes from. */

import type { Socket } from "node:net";

/** The first line of an answer says whether it is an error; longer ones are not answers to what is asked here. */
const lineLimitBytes = 4096;

/** The command, behind the login that a server with a password wants first. */
export function redisCommand(words: readonly string[], password?: string): string {
  return `${password === undefined ? "" : encoded(["AUTH", password])}${encoded(words)}`;
}

/** The first line of the answer to what `redisCommand` wrote, or that of a login which was refused; empty when it has no end, null when the connection is closed before. */
export async function redisAnswer(socket: Socket, password?: string): Promise<string | null> {
  let text = "";
  let isIn = password === undefined;
  for await (const chunk of socket) {
    text += String(chunk);
    for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
      const line = text.slice(0, end);
      if (isIn || line !== "+OK") return line;
      isIn = true;
      text = text.slice(end + 2);
    }
    if (text.length > lineLimitBytes) return "";
  }
  return null;
}

function encoded(command: readonly string[]): string {
  return `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;
}
