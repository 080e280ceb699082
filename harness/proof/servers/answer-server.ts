/** The server that all load tools are measured against: nginx with one worker, else one of our own; on a core of its own. It counts for itself what it answered. */

import { z } from "zod";
import { startModule } from "../bench/child.ts";
import { nginxPath, startNginxWith } from "./nginx.ts";
import { answerBody } from "./answer.ts";

const addressSchema = z.object({ port: z.int() });
const servedSchema = z.object({ served: z.int() });

export interface AnswerServer extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  /** Requests that it has answered so far, without these questions. */
  served(): Promise<number>;
}

export async function startAnswerServer(core: number | undefined): Promise<AnswerServer> {
  if (nginxPath() === null) return await startOwn(core);
  const nginx = await startNginxWith(() => ["keepalive_requests 1000000000;", `location / { default_type application/json; return 200 '${answerBody}'; }`], core);
  return { ...nginx, name: "nginx, one worker" };
}

async function startOwn(core: number | undefined): Promise<AnswerServer> {
  await using stack = new AsyncDisposableStack();
  const child = stack.use(startModule("harness/proof/servers/raw-server", [], core));
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
