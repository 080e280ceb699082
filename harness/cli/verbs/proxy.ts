/** `proxy`: the embedded proxy by itself, in the foreground until it is stopped. */

import { spawn } from "node:child_process";
import { entryPath } from "../../base/entry.ts";

export function runProxy(flags: { port: number; listen: string }): Promise<number> {
  const child = spawn(process.execPath, [entryPath("harness/drive/proxy/main"), "--listen", flags.listen, "--port", String(flags.port)], { stdio: ["ignore", "inherit", "inherit"] });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("exit", (code) => resolve(code ?? 0));
  return promise;
}
