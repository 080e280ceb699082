/**
 * What images of PostgreSQL and Redis make of their variables and arguments: who may log in, and with which password. The names are those of the images
 * that everybody has: the official ones, those built on them (PostGIS, TimescaleDB, Valkey), and Bitnami's.
 */

import type { PostgresLogin } from "./postgres.ts";

export interface ImageSettings {
  readonly environment: Readonly<Record<string, string | null | undefined>>;
  /** Entry point and command, as one list. */
  readonly words: readonly string[];
  /** A file of the container, without its last line's end; null when it cannot be known. */
  readonly fileText: (path: string) => string | null;
}

/** null when nothing is said: then the target's own words hold. */
export function postgresLogin(settings: ImageSettings): PostgresLogin | null {
  const value = (...names: readonly string[]): string | null => valueOf(settings, names);
  const isSaid = Object.keys(settings.environment).some((name) => /^POSTGRES(?:QL)?_/.test(name));
  if (!isSaid) return null;
  const user = value("POSTGRES_USER", "POSTGRESQL_USERNAME") ?? "postgres";
  // Bitnami's has no database of its user's name.
  const usual = Object.keys(settings.environment).some((name) => name.startsWith("POSTGRESQL_")) ? "postgres" : user;
  return { user, password: value("POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD") ?? "", database: value("POSTGRES_DB", "POSTGRESQL_DATABASE") ?? usual };
}

/** null when it wants none, as far as is said. */
export function redisPassword(settings: ImageSettings): string | null {
  const [, quoted, bare] = /--requirepass[\s=]+(?:["']([^"']*)["']|([^\s"';&|]+))/.exec(settings.words.join(" ")) ?? [];
  const said = quoted ?? bare;
  if (said !== undefined) return withVariables(said, settings.environment);
  return valueOf(settings, ["REDIS_PASSWORD", "VALKEY_PASSWORD"]);
}

/** As the shell that starts the server fills them in. */
function withVariables(text: string, environment: ImageSettings["environment"]): string {
  return text.replaceAll(/\$(?:(\w+)|\{(\w+)(?::?[-?][^}]*)?\})/g, (_all, plain: string | undefined, braced: string | undefined) => environment[plain ?? braced ?? ""] ?? "");
}

function valueOf({ environment, fileText }: ImageSettings, names: readonly string[]): string | null {
  for (const name of names) {
    const file = environment[`${name}_FILE`];
    const found = environment[name] ?? (file === undefined || file === null ? null : fileText(file));
    if (found !== null && found !== "") return found;
  }
  return null;
}
