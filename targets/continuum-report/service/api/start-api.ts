/** The API as a running process. */

import { listen } from "../base/http-server.ts";
import type { Running } from "../base/lifecycle.ts";
import { logLine } from "../base/log-line.ts";
import type { Route } from "../base/route-table.ts";
import type { ApiParts } from "./api-parts.ts";

export async function startApi(parts: ApiParts, routes: readonly Route[]): Promise<Running> {
  const { config } = parts;
  const onAnswered = (path: string, status: number) => parts.counts.add(path, status);
  const server = await listen({ host: config.host, port: config.port, routes, limitMs: config.requestLimitMs, onAnswered });
  logLine(`api listening on ${server.port}`);
  return {
    async close() {
      await server.close();
      parts.link.close();
      await parts.database.close();
    },
  };
}
