/** For tests of k6: where its program is, built with Go where nothing else is there, and a server that knows what it answered. */

import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { listening, type Listening } from "../../../base/listening.ts";
import { nowUs } from "../../../base/time.ts";
import { findTool, provideTool } from "../../stack/tools/go-tool.ts";
import { k6 } from "../../stack/tools/k6-binary.ts";

/** Its path. Where there is none and no Go either, the error says what to do. */
export async function k6Program(): Promise<string> {
  return (findTool(k6) ?? (await provideTool(k6, (note) => process.stderr.write(`${note}\n`)))).path;
}

export interface Answered {
  path: string;
  /** When the request was there, and just before its answer was handed to the system: nobody can have it earlier. */
  arrivedUs: number;
  answeredUs: number;
}

export interface LoggingServer extends Listening {
  answered: Answered[];
}

/** Answers `/missing` with 404, cuts the connection for `/cut`, and everything else with 200. */
export async function loggingServer(): Promise<LoggingServer> {
  const answered: Answered[] = [];
  const server = createServer((request, response) => {
    const arrivedUs = nowUs();
    const path = request.url ?? "";
    if (path === "/cut") {
      request.socket.destroy();
      return;
    }
    const answeredUs = nowUs();
    response.writeHead(path === "/missing" ? 404 : 200).end("{}");
    answered.push({ path, arrivedUs, answeredUs });
  });
  return { ...(await listening(server)), answered };
}

/** Writes a script into `folder` and gives its path. */
export function scriptIn(folder: string, text: string): string {
  const path = join(folder, "script.js");
  writeFileSync(path, text);
  return path;
}
