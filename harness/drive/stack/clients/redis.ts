/** One command to Redis on a connection of its own. */

import { Redis } from "ioredis";
import { RoadworthyError } from "../../../base/error.ts";
import { after } from "../../../base/time.ts";
import { loopbackOnly, permittedAddress, type Guard } from "../../guard/guard.ts";
import type { Address } from "../address.ts";

export interface RedisQuestion {
  address: Address;
  /** Of a server that wants one. */
  password?: string;
  timeoutMs: number;
  /** Loopback when left out. */
  guard?: Guard;
}

/** The answer as ioredis gives it. Rejects when there is none in time; nothing is repeated. */
export async function askRedis([command = "", ...rest]: readonly string[], { address, password, timeoutMs, guard = loopbackOnly }: RedisQuestion): Promise<unknown> {
  const host = await permittedAddress(address, guard);
  const client = new Redis({
    host,
    port: address.port,
    ...(password === undefined ? {} : { password }),
    lazyConnect: true,
    connectTimeout: timeoutMs,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // It would send CLIENT SETINFO, which older servers answer with errors.
    disableClientInfo: true,
  });
  let reason: Error | null = null;
  client.on("error", (error: Error) => (reason ??= error));
  const late = Promise.withResolvers<never>();
  using _timer = after(timeoutMs, () => late.reject(new RoadworthyError("target-not-ready", `no answer within ${timeoutMs} ms`)));
  try {
    return await Promise.race([client.connect().then(() => client.call(command, ...rest)), late.promise]);
  } catch (error) {
    // "Connection is closed." hides why; the event before it says so.
    throw reason ?? error;
  } finally {
    client.disconnect();
  }
}
