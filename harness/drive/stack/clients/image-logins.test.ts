import { expect, test } from "vitest";
import { postgresLogin, redisPassword, type ImageSettings } from "./image-logins.ts";

const files: Readonly<Record<string, string>> = { "/run/secrets/password": "from a file" };
const settings = (environment: ImageSettings["environment"], ...words: string[]): ImageSettings => ({ environment, words, fileText: (path) => files[path] ?? null });

test.each([
  ["all of it", { POSTGRES_USER: "shop", POSTGRES_PASSWORD: "secret", POSTGRES_DB: "orders" }, { user: "shop", password: "secret", database: "orders" }],
  ["a database of its user's name", { POSTGRES_USER: "shop", POSTGRES_PASSWORD: "secret" }, { user: "shop", password: "secret", database: "shop" }],
  ["a password alone", { POSTGRES_PASSWORD: "secret" }, { user: "postgres", password: "secret", database: "postgres" }],
  ["nobody asked for a password", { POSTGRES_HOST_AUTH_METHOD: "trust" }, { user: "postgres", password: "", database: "postgres" }],
  ["a secret", { POSTGRES_USER: "shop", POSTGRES_PASSWORD_FILE: "/run/secrets/password" }, { user: "shop", password: "from a file", database: "shop" }],
  ["Bitnami's names", { POSTGRESQL_USERNAME: "shop", POSTGRESQL_PASSWORD: "secret" }, { user: "shop", password: "secret", database: "postgres" }],
  ["nothing", { LANG: "C.UTF-8" }, null],
])("PostgreSQL: %s", (_title, environment, login) => {
  expect(postgresLogin(settings(environment))).toEqual(login);
});

test.each([
  ["of its arguments", settings({}, "redis-server", "--requirepass", "secret", "--appendonly", "yes"), "secret"],
  ["of a shell's line, in quotes", settings({}, "sh", "-c", `exec redis-server --requirepass "a b" --port 7000`), "a b"],
  ["of a shell's line, from a variable", settings({ CACHE_PASSWORD: "secret" }, "sh", "-c", 'redis-server --requirepass "${CACHE_PASSWORD:?}"'), "secret"],
  ["of its image's variable", settings({ REDIS_PASSWORD: "secret" }), "secret"],
  ["of a file", settings({ REDIS_PASSWORD_FILE: "/run/secrets/password" }), "from a file"],
  ["none", settings({ ALLOW_EMPTY_PASSWORD: "yes", REDIS_PASSWORD: "" }, "redis-server", "--appendonly", "yes"), null],
])("the password of Redis: %s", (_title, given, password) => {
  expect(redisPassword(given)).toBe(password);
});
