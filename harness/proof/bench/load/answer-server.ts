/** The server that all load tools are measured against: nginx with one worker, else one of our own; on a core of its own. It counts for itself what it answered. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, poll } from "../../../base/time.ts";
import { freePort } from "../../free-port.ts";
import { startModule, startProgram } from "../child.ts";
import { nginxConfig, nginxPath, nginxServed } from "../../servers/nginx.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { answerBody } from "./answer.ts";

const readyWithinMs = 5000;
const addressSchema = z.object({ port: z.int() });
const servedSchema = z.object({ served: z.int() });

export interface AnswerServer extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  /** Requests that it has answered so far, without these questions. */
  served(): Promise<number>;
}

export async function startAnswerServer(core: number | undefined): Promise<AnswerServer> {
  const nginx = nginxPath();
  return nginx === null ? await startOwn(core) : await startNginx(nginx, core);
}

async function startNginx(nginx: string, core: number | undefined): Promise<AnswerServer> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const port = await freePort();
  const config = join(folder.path, "nginx.conf");
  writeFileSync(config, nginxConfig({ folder: folder.path, port, access: "off", locations: [`location / { default_type application/json; return 200 '${answerBody}'; }`] }));
  stack.use(startProgram(nginx, ["-c", config, "-e", "stderr"], core));
  const asked = await poll(() => nginxServed(port).catch(() => undefined), { intervalMs: 20, deadlineUs: nowUs() + readyWithinMs * 1000 });
  if (asked === undefined) throw new RoadworthyError("process-died", "nginx does not answer", { hint: "run it by itself to see why" });
  const owned = stack.move();
  let questions = asked;
  return {
    name: "nginx, one worker",
    port,
    served: async () => {
      questions += 1;
      return (await nginxServed(port)) - questions;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startOwn(core: number | undefined): Promise<AnswerServer> {
  await using stack = new AsyncDisposableStack();
  const child = stack.use(startModule("harness/proof/bench/load/raw-server", [], core));
  const { port } = addressSchema.parse(JSON.parse(await child.line()));
  const owned = stack.move();
  return {
    name: "a server of our own on raw sockets (nginx is not installed)",
    port,
    served: async () => {
      child.tell("{}");
      return servedSchema.parse(JSON.parse(await child.line())).served;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
