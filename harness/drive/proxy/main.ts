/**
 * The proxy as a process: `node main.ts --listen 127.0.0.1 --port 0 [--seed N] [--allow address:port]… [--with-parent]`.
 *
 * Prints one line of JSON when it listens, `{"ready":true,"port":N}`, or when it cannot, `{"ready":false,"error":…,"code":…}`. Elsewhere than
 * on loopback every request needs a token: that of ROADWORTHY_TOKEN, or one that is made and printed in that line as `token`. Ends on
 * SIGTERM and SIGINT; with `--with-parent` also when standard input closes or the IPC channel does, that is, when the parent is gone.
 */

import { parseArgs } from "node:util";
import { asRoadworthyError } from "../../base/error.ts";
import { isLoopbackBind } from "../../base/loopback-server.ts";
import { freshSecret, freshSeed } from "../../base/random.ts";
import { startProxyServer } from "./server.ts";

const { values } = parseArgs({
  options: {
    listen: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "8474" },
    seed: { type: "string" },
    allow: { type: "string", multiple: true, default: [] },
    "with-parent": { type: "boolean", default: false },
  },
});

try {
  await serve();
} catch (error) {
  const { code, message, exitCode } = asRoadworthyError(error);
  process.stdout.write(`${JSON.stringify({ ready: false, error: message, code })}\n`);
  process.exitCode = exitCode;
}

async function serve(): Promise<void> {
  const stop = Promise.withResolvers<void>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stop.resolve());
  if (values["with-parent"]) {
    process.stdin.once("close", () => stop.resolve()).resume();
    process.once("disconnect", () => stop.resolve());
  }
  const seed = values.seed === undefined ? freshSeed() : Number(values.seed);
  const given = process.env["ROADWORTHY_TOKEN"];
  const token = given ?? freshSecret();
  await using server = await startProxyServer({ listen: values.listen, port: Number(values.port), seed, allowed: values.allow, token });
  const isTold = !isLoopbackBind(values.listen) && given === undefined;
  process.stdout.write(`${JSON.stringify({ ready: true, port: server.port, ...(isTold ? { token } : {}) })}\n`);
  await stop.promise;
  // What could keep the loop alive is let go, and the process ends by itself.
  process.stdin.destroy();
  if (process.connected) process.disconnect?.();
}
