/** A queue (list) or keys of Redis: each write is one command. */

import { Redis, ReplyError } from "ioredis";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { after } from "../../../base/time.ts";
import type { StoreSpec } from "../../../scenario/target/ledger.ts";
import { assertPermitted } from "../../guard/guard.ts";
import { acknowledged, type Connect, type StoreAnswer, type StoreConnection, type StoreDoor } from "./store.ts";

export type RedisStoreSpec = Extract<StoreSpec, { kind: "queue" | "key-value" }>;

export function redisConnections(spec: RedisStoreSpec, { address, access, guard, timeoutMs }: StoreDoor): Connect {
  return async () => {
    assertPermitted(address, guard);
    const client = new Redis({
      host: address.host,
      port: address.port,
      ...(access.kind === "redis" && access.password !== undefined ? { password: access.password } : {}),
      lazyConnect: true,
      connectTimeout: timeoutMs,
      enableReadyCheck: false,
      // Nothing is sent a second time: a write that was sent is acknowledged, refused or in doubt.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
      // It would send CLIENT SETINFO, which older servers answer with errors.
      disableClientInfo: true,
    });
    let isBroken = false;
    let reason: Error | null = null;
    const breaks = (): void => void (isBroken = true);
    client.on("error", (error: Error) => (reason ??= error));
    client.on("close", breaks);
    try {
      await client.connect();
    } catch (error) {
      client.disconnect();
      // "Connection is closed." hides why; the event before it says so.
      throw reason ?? error;
    }
    const write = async (id: string): Promise<StoreAnswer> => {
      const late = Promise.withResolvers<never>();
      using _timer = after(timeoutMs, () => late.reject(new RoadworthyError("target-not-ready", `no answer within ${timeoutMs} ms`)));
      try {
        await Promise.race([send(spec, client, id), late.promise]);
        return acknowledged;
      } catch (error) {
        const answer = answerOf(error);
        if (answer.outcome === "info") breaks();
        return answer;
      }
    };
    const connection: StoreConnection = {
      write,
      get isBroken() {
        return isBroken;
      },
      [Symbol.dispose]: () => client.disconnect(),
    };
    return connection;
  };
}

async function send(spec: RedisStoreSpec, client: Redis, id: string): Promise<unknown> {
  return spec.kind === "queue" ? await client.rpush(spec.key, id) : await client.set(`${spec.prefix}${id}`, "1");
}

/** A command that Redis answers with an error was not carried out; without an answer it is in doubt. */
function answerOf(error: unknown): StoreAnswer {
  return { outcome: error instanceof ReplyError ? "refused" : "info", why: messageOf(error) };
}
