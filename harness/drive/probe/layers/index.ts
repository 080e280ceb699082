/** The layers that a probe can look at. */

import type { ProbeSpec } from "../../../scenario/target/probe.ts";
import type { Check, ProbePlace } from "./check.ts";
import { checkHttp } from "./http.ts";
import { checkPostgres } from "./postgres.ts";
import { checkRedis } from "./redis.ts";
import { checkTcp } from "./tcp.ts";

export const layers: { [Layer in ProbeSpec["layer"]]: Check<Extract<ProbeSpec, { layer: Layer }>> } = {
  tcp: checkTcp,
  postgres: checkPostgres,
  redis: checkRedis,
  http: checkHttp,
};

/** Looks once, with the check of the spec's layer. */
export async function look(spec: ProbeSpec, place: ProbePlace, signal: AbortSignal): Promise<string | null> {
  switch (spec.layer) {
    case "tcp":
      return await layers.tcp(spec, place, signal);
    case "postgres":
      return await layers.postgres(spec, place, signal);
    case "redis":
      return await layers.redis(spec, place, signal);
    case "http":
      return await layers.http(spec, place, signal);
  }
}
