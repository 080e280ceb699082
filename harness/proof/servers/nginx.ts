/** nginx as one process in the foreground, with everything that it writes in a folder of ours. */

import { join } from "node:path";
import { z } from "zod";
import { onPath } from "../bench/on-path.ts";

/** Where packages put it, which is on the PATH of root only. */
const folders = ":/usr/sbin:/usr/local/sbin:/opt/homebrew/bin";

export function nginxPath(): string | null {
  return onPath("nginx", `${process.env["PATH"] ?? ""}${folders}`);
}

export interface NginxOptions {
  folder: string;
  port: number;
  /** File of the access log (a line for each request: its path and status), or "off". */
  access: string;
  /** Lines of its `server` block. */
  locations: readonly string[];
}

export function nginxConfig({ folder, port, access, locations }: NginxOptions): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`);
  return `daemon off;
master_process off;
pid ${join(folder, "nginx.pid")};
error_log stderr warn;
events { worker_connections 4096; }
http {
${temporary.join("\n")}
  log_format counted '$uri $status';
  access_log ${access}${access === "off" ? "" : " counted"};
  keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /served { access_log off; stub_status; }
    ${locations.join("\n    ")}
  }
}
`;
}

/** Requests since its start by its own count, this one among them. Rejects when it does not answer. */
export async function nginxServed(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/served`);
  const [, requests] = /^\s*\d+ \d+ (\d+)/m.exec(await answer.text()) ?? [];
  return z.coerce.number().int().parse(requests);
}
