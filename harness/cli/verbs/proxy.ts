/** `proxy`: the embedded proxy by itself, in the foreground until it is stopped. */

import { spawn } from "node:child_process";
import { entryPath } from "../../base/entry.ts";
import { allowedTargets } from "../input/allowed-targets.ts";

export interface ProxyFlags {
  port: number;
  listen: string;
  /** host:port, as often as it was given. */
  allowTarget?: string[];
}

export async function runProxy(flags: ProxyFlags): Promise<number> {
  const allowed = await allowedTargets(flags.allowTarget ?? [], process.cwd());
  const options = ["--listen", flags.listen, "--port", String(flags.port), ...allowed.flatMap((pair) => ["--allow", pair])];
  const child = spawn(process.execPath, [entryPath("harness/drive/proxy/main"), ...options], { stdio: ["ignore", "inherit", "inherit"] });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("exit", (code) => resolve(code ?? 0));
  return await promise;
}
