/** One exchange with a node in its own language, on a fresh connection: what "ready" means, and what a fault must be felt by. */

import { once } from "node:events";
import { RoadworthyError } from "../../base/error.ts";
import { formatAddress } from "../../base/loopback-address.ts";
import { timeoutSignal } from "../../base/time.ts";
import { connectGuarded } from "../guard/connect.ts";
import { loopbackOnly } from "../guard/guard.ts";
import { httpCall } from "../supervisor/system/http-call.ts";
import type { Address, NodeAccess } from "./address.ts";
import { askPostgres, type PostgresLogin } from "./clients/postgres.ts";
import { askRedis } from "./clients/redis.ts";

export type Language =
  | ({ speak: "postgres" } & PostgresLogin)
  | { speak: "redis" }
  | { speak: "http"; path: string; status: readonly number[] }
  | { speak: "tcp" };

/** Rejects when there is no good answer within the limit; what it rejects with says why. */
export async function roundTrip(language: Language, address: Address, timeoutMs: number): Promise<void> {
  switch (language.speak) {
    case "postgres":
      await askPostgres("select 1", { address, login: language, timeoutMs });
      return;
    case "redis": {
      const answer = await askRedis(["PING"], { address, timeoutMs });
      if (answer !== "PONG") throw new RoadworthyError("target-not-ready", `PING was answered with ${String(answer)}`);
      return;
    }
    case "http": {
      const { status } = await httpCall({ method: "GET", url: `http://${formatAddress(address)}${language.path}`, signal: timeoutSignal(timeoutMs) });
      if (!language.status.includes(status)) throw new RoadworthyError("target-not-ready", `GET ${language.path} answered ${status}`);
      return;
    }
    case "tcp":
      await connectOnly(address, timeoutMs);
      return;
  }
}

async function connectOnly(address: Address, timeoutMs: number): Promise<void> {
  const socket = connectGuarded(address, loopbackOnly);
  try {
    await once(socket, "connect", { signal: timeoutSignal(timeoutMs) });
  } finally {
    socket.destroy();
  }
}

/** How to speak with a node of which only the access is known. */
export function languageOf(access: NodeAccess): Language {
  switch (access.kind) {
    case "postgres":
      return { speak: "postgres", user: access.user, password: access.password, database: access.database };
    case "redis":
      return { speak: "redis" };
    case "process":
      return { speak: "tcp" };
  }
}
