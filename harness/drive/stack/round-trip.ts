/** One exchange with a node in its own language, on a fresh connection: what "ready" means, and what a fault must be felt by. */

import { once } from "node:events";
import type { Socket } from "node:net";
import { RoadworthyError } from "../../base/error.ts";
import { formatAddress } from "../../base/loopback-address.ts";
import { after, timeoutSignal } from "../../base/time.ts";
import { connectGuarded } from "../guard/connect.ts";
import { loopbackOnly, type Guard } from "../guard/guard.ts";
import { httpCall } from "../supervisor/system/http-call.ts";
import type { Address, NodeAccess } from "./address.ts";
import { askPostgres, type PostgresLogin } from "./clients/postgres.ts";
import { redisAnswer, redisCommand } from "./clients/redis-protocol.ts";

export type Language =
  | ({ speak: "postgres" } & PostgresLogin)
  | { speak: "redis"; password?: string | undefined }
  | { speak: "http"; path: string; status: readonly number[] }
  | { speak: "tcp" };

interface TripLimits {
  readonly timeoutMs: number;
  /** What may be connected to. */
  readonly guard: Guard;
}

/** Rejects when there is no good answer within the limit, in ms to loopback; what it rejects with says why. */
export async function roundTrip(language: Language, address: Address, given: number | TripLimits): Promise<void> {
  const limits = typeof given === "number" ? { timeoutMs: given, guard: loopbackOnly } : given;
  switch (language.speak) {
    case "postgres":
      await askPostgres("select 1", { address, login: language, ...limits });
      return;
    case "redis":
      await ping(address, language.password, limits);
      return;
    case "http": {
      const { status } = await httpCall({ method: "GET", url: `http://${formatAddress(address)}${language.path}`, signal: timeoutSignal(limits.timeoutMs), guard: limits.guard, from: address.from });
      if (!language.status.includes(status)) throw new RoadworthyError("target-not-ready", `GET ${language.path} answered ${status}`);
      return;
    }
    case "tcp":
      await connectOnly(address, limits);
      return;
  }
}

/** The protocol by hand: a client library leaves nobody the choice of where its connection comes from. */
async function ping(address: Address, password: string | undefined, { timeoutMs, guard }: TripLimits): Promise<void> {
  const socket = connectGuarded(address, guard, { localAddress: address.from });
  using _timer = after(timeoutMs, () => socket.destroy(new RoadworthyError("target-not-ready", `no answer within ${timeoutMs} ms`)));
  try {
    socket.write(redisCommand(["PING"], password));
    const line = await redisAnswer(socket, password);
    if (line === null) throw new RoadworthyError("target-not-ready", "the connection was closed before an answer");
    if (line !== "+PONG") throw new RoadworthyError("target-not-ready", `PING was answered with ${line}`);
  } finally {
    socket.destroy();
  }
}

async function connectOnly(address: Address, { timeoutMs, guard }: TripLimits): Promise<void> {
  const socket = connectGuarded(address, guard, { localAddress: address.from });
  try {
    await once(socket, "connect", { signal: timeoutSignal(timeoutMs) });
    if (address.relayed === true) await staysOpen(socket);
  } finally {
    socket.destroy();
  }
}

const relayClosesWithinMs = 150;

/** Rejects when the other end closes at once. */
async function staysOpen(socket: Socket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  using _timer = after(relayClosesWithinMs, () => resolve());
  socket.once("error", reject).once("close", () => reject(new RoadworthyError("target-not-ready", "the connection was closed at once")));
  socket.resume();
  await promise;
}

/** How to speak with a node of which only the access is known. */
export function languageOf(access: NodeAccess): Language {
  switch (access.kind) {
    case "postgres":
      return { speak: "postgres", user: access.user, password: access.password, database: access.database };
    case "redis":
      return { speak: "redis", password: access.password };
    case "process":
      return { speak: "tcp" };
  }
}
