/** What a stack in containers tells its users: where nodes are, and how to log in, all from the compose files' own words. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import type { LinkRequest } from "../../proxy/client.ts";
import { modelOf, shop, shopTarget } from "./model.fixture.ts";
import { planStack } from "./plan.ts";
import { addressesOf, openWays, type ProxyPlace } from "./ways.ts";

const proxy: ProxyPlace = { machine: () => "127.0.0.1", addressIn: () => "10.0.0.2", published: (port) => port };
const cache = { kind: "redis" as const };

function accessOf(node: string, services: Parameters<typeof modelOf>[0], extra?: Parameters<typeof modelOf>[1], environment = {}): unknown {
  const model = modelOf(services, extra);
  const target = shopTarget({ nodes: { database: { kind: "postgres", service: "db" }, cache }, links: {} });
  return addressesOf({ target, model, plan: planStack(target, model, { declared: { db: [5432], cache: [6379] }, ofImage: {} }), environment }, proxy).nodes[node];
}

test("a node's login is what its service was told, with the dollars that compose doubles", () => {
  expect(accessOf("database", { ...shop, cache: { image: "redis", command: ["redis-server", "--requirepass", "c"] } })).toMatchObject({ kind: "postgres", user: "postgres", password: "a$b", database: "postgres" });
  expect(accessOf("cache", { ...shop, cache: { image: "redis", command: ["redis-server", "--requirepass", "c"] } })).toMatchObject({ kind: "redis", password: "c" });
});

test("a password in a secret is read where compose reads it", () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "password.txt");
  writeFileSync(file, "of a file\n");
  const db = { image: "db:1", environment: { POSTGRES_USER: "shop", POSTGRES_PASSWORD_FILE: "/run/secrets/db" }, secrets: [{ source: "db" }], networks: { back: null } };
  const services = { ...shop, db, cache: { image: "redis" } };
  expect(accessOf("database", services, { secrets: { db: { name: "shop_db", file } } })).toMatchObject({ user: "shop", password: "of a file", database: "shop" });
  expect(accessOf("cache", services)).not.toHaveProperty("password");
});

test("a password in a secret that a variable becomes is the one that compose was given", () => {
  const db = { image: "db:1", environment: { POSTGRES_PASSWORD_FILE: "/run/secrets/db" }, secrets: [{ source: "db" }], networks: { back: null } };
  expect(accessOf("database", { ...shop, db, cache: { image: "redis" } }, { secrets: { db: { name: "shop_db", environment: "DB_PASSWORD" } } }, { DB_PASSWORD: "of a variable" })).toMatchObject({ password: "of a variable" });
});

test.each([
  ["in their own network alone", undefined, "10.0.0.2"],
  ["wherever the proxy is met, for an engine that leads published ports anywhere", "0.0.0.0", "0.0.0.0"],
])("doors listen %s; ways in the network of their client", async (_title, doorsOn, doors) => {
  const listen = new Map<string, string | undefined>();
  const client = {
    createLink: async (link: LinkRequest) => {
      listen.set(link.name, link.listen);
      return { name: link.name, host: "10.0.0.2", port: 1 };
    },
  };
  const plan = planStack(shopTarget(), modelOf(), { declared: {}, ofImage: {} });
  await openWays(client, plan, proxy, doorsOn);
  expect(plan.doors.map(({ name }) => listen.get(name))).toEqual(plan.doors.map(({ listen: { port } }) => `${doors}:${port}`));
  expect(new Set(plan.ways.map(({ name }) => listen.get(name)?.split(":")[0]))).toEqual(new Set(["10.0.0.2"]));
});
