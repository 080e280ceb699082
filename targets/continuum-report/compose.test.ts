import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../../harness/base/entry.ts";
import { continuumReport } from "./target.ts";

const text = z.union([z.string(), z.number()]).transform(String);
const serviceSchema = z.object({ environment: z.record(z.string(), text).default({}), command: z.array(z.string()).default([]), healthcheck: z.unknown().optional(), ports: z.array(z.string()).default([]) });
const file = readFileSync(join(packageRoot, "compose/continuum-report.yaml"), "utf8");
const fileSchema = z.object({ services: z.record(z.string(), serviceSchema), configs: z.object({ links: z.object({ content: z.string() }) }) });
const { services, configs } = fileSchema.parse(parse(file, { merge: true }));
const proxies = z.array(z.object({ name: z.string(), listen: z.string(), upstream: z.string() })).parse(JSON.parse(configs.links.content));

/** As without any variable set. */
const byDefault = (value: string): string => value.replaceAll(/\$\{\w+:-([^}]*)\}/g, "$1");

/** As it stands in a stack of processes, with the names and ports that containers have. */
const inContainers = (value: string): string =>
  value
    .replaceAll(/\{\{(?:node:|link:\w+-)(\w+)\}\}/g, (_whole, name: string) => `${name}:${portOf[name] ?? "8080"}`)
    .replaceAll("{{port}}", "8080");
/** Beside the nodes. */
const others = ["migrate", "toxiproxy"];
const portOf: Readonly<Record<string, string>> = { postgres: "5432", redis: "6379", paperless: "8000", ollama: "11434" };

test("the compose file has a service for each node, with a health check", () => {
  expect(Object.keys(services).toSorted()).toEqual([...others, ...Object.keys(continuumReport.nodes)].toSorted());
  const unchecked = Object.entries(services).flatMap(([name, { healthcheck }]) => (healthcheck === undefined ? [name] : []));
  expect(unchecked).toEqual(others);
});

test("its services are set as the target's nodes are", () => {
  for (const [name, node] of Object.entries(continuumReport.nodes)) {
    if (node.kind !== "process") continue;
    const { PORT: _port, ...own } = Object.fromEntries(Object.entries(node.env).map(([variable, value]) => [variable, inContainers(value)]));
    const { PORT: _inside, ...there } = Object.fromEntries(Object.entries(services[name]?.environment ?? {}).map(([variable, value]) => [variable, byDefault(value)]));
    expect(there, name).toEqual(own);
  }
  const { postgres, redis } = continuumReport.nodes;
  if (postgres?.kind !== "postgres" || redis?.kind !== "redis") throw new Error("the stores have other kinds");
  expect(services["postgres"]?.environment).toEqual({ POSTGRES_DB: postgres.database, POSTGRES_USER: postgres.user, POSTGRES_PASSWORD: postgres.password });
  const [, ...options] = services["redis"]?.command ?? [];
  expect(options).toEqual(Object.entries(redis.settings).flatMap(([name, value]) => [`--${name}`, value]));
});

test("its Toxiproxy has the target's links, and its variables lead through them", () => {
  expect(proxies.map(({ name, upstream }) => ({ name, upstream }))).toEqual(Object.entries(continuumReport.links).map(([name, { to }]) => ({ name, upstream: `${to}:${portOf[to]}` })));
  const through = readFileSync(join(packageRoot, "compose/through-toxiproxy.env"), "utf8");
  for (const { name, listen } of proxies) {
    const variable = name.toUpperCase().replace("-", "_");
    expect(through.split("\n")).toContain(`${variable}=${listen.replace("0.0.0.0", "toxiproxy")}`);
    expect(file).toContain(`\${${variable}:-`);
  }
});

test("what it publishes is for this machine alone", () => {
  const published = Object.values(services).flatMap(({ ports }) => ports);
  expect(published.length).toBeGreaterThan(0);
  for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:/);
});
