/** nginx as one process in the foreground, with everything that it writes in a folder of ours. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RoadworthyError } from "../../base/error.ts";
import { nowUs, poll } from "../../base/time.ts";
import { startProgram } from "../bench/child.ts";
import { onPath } from "../bench/on-path.ts";
import { temporaryFolder } from "../bench/temporary-folder.ts";
import { freePort } from "../../base/listening.ts";
import type { OtherServer } from "./other-server.ts";

/** Where packages put it, which is on the PATH of root only. */
const folders = ":/usr/sbin:/usr/local/sbin:/opt/homebrew/bin";
const readyWithinMs = 5000;
const body = '{"status":"ok","items":[1,2,3]}';

export function nginxPath(): string | null {
  return onPath("nginx", `${process.env["PATH"] ?? ""}${folders}`);
}

/** Every answer that HTTP has, connections that it closes after 100 requests or a second of silence. */
export async function startNginx(core: number | undefined): Promise<OtherServer> {
  return await startNginxWith(
    (folder) => {
      writeFileSync(join(folder, "chunked.json"), body);
      writeFileSync(join(folder, "gzip.json"), body.repeat(100));
      return [
        "keepalive_requests 100;",
        "keepalive_timeout 1s;",
        "default_type application/json;",
        `root ${folder};`,
        `location = /plain { return 200 '${body}'; }`,
        `location = /post { return 200 '${body}'; }`,
        // It does not know the length of what it includes things in.
        "location = /chunked { ssi on; ssi_types application/json; try_files /chunked.json =404; }",
        "location = /gzip { gzip on; gzip_types application/json; try_files /gzip.json =404; }",
        "location = /empty { return 204; }",
        `location = /close { keepalive_timeout 0; return 200 '${body}'; }`,
      ];
    },
    core,
  );
}

/** `locations`: lines of its `server` block, made with a folder that is there as long as the server. */
export async function startNginxWith(locations: (folder: string) => readonly string[], core: number | undefined): Promise<OtherServer> {
  const program = nginxPath();
  if (program === null) throw new RoadworthyError("stack-unavailable", "nginx is not installed", { hint: "install it, on Debian the package nginx-light" });
  await using stack = new AsyncDisposableStack();
  const { path: folder } = stack.use(temporaryFolder());
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  writeFileSync(config, configOf(folder, port, locations(folder)));
  stack.use(startProgram(program, ["-c", config, "-e", "stderr"], core));
  const first = await poll(() => requestsOf(port).catch(() => undefined), { intervalMs: 20, deadlineUs: nowUs() + readyWithinMs * 1000 });
  if (first === undefined) throw new RoadworthyError("process-died", "nginx does not answer", { hint: "run it by itself to see why" });
  const owned = stack.move();
  let questions = first;
  return {
    port,
    served: async () => {
      questions += 1;
      return (await requestsOf(port)) - questions;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function configOf(folder: string, port: number, locations: readonly string[]): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `  ${kind}_temp_path ${join(folder, kind)};`);
  return `daemon off;
master_process off;
pid ${join(folder, "nginx.pid")};
error_log stderr warn;
events { worker_connections 4096; }
http {
${temporary.join("\n")}
  access_log off;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /served { stub_status; }
    ${locations.join("\n    ")}
  }
}
`;
}

/** Requests since its start by its own count, this one among them. Rejects when it does not answer. */
async function requestsOf(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/served`);
  const [, requests] = /^\s*\d+ \d+ (\d+)/m.exec(await answer.text()) ?? [];
  return z.coerce.number().int().parse(requests);
}
