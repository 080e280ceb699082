import { expect, test } from "vitest";
import { imageOf, interposed, upstreamName } from "./interpose.ts";
import { pinned } from "./images.ts";
import { modelOf, shop, shopTarget } from "./model.fixture.ts";
import { declaredPorts } from "./nodes.ts";
import { doorNetwork, planStack, type DockerPlan } from "./plan.ts";
import { acquaintances, portsOf, portsOfText } from "./servers.ts";

const noFacts = { declared: {}, ofImage: {} };

function planOf(target = shopTarget(), model = modelOf()): DockerPlan {
  return planStack(target, model, { declared: declaredPorts(target), ofImage: {} });
}

test("ports are known from what is exposed, published, declared, in the image, or named beside the service's name elsewhere", () => {
  const model = modelOf();
  expect(portsOf(model, "api", noFacts).ports).toEqual([8080]);
  expect(portsOf(model, "db", noFacts).ports).toEqual([5432]);
  expect(portsOf(model, "mail", { declared: { mail: [25] }, ofImage: { mail: [1025, 25] } })).toEqual({ ports: [25, 8080], perhaps: [1025] });
  expect(portsOf(modelOf({ cache: {} }), "cache", { declared: {}, ofImage: { cache: [6379] } })).toEqual({ ports: [6379], perhaps: [] });
  const awaited = modelOf({ migrate: {}, api: { depends_on: { migrate: { condition: "service_completed_successfully" } } } });
  expect(portsOf(awaited, "migrate", { declared: {}, ofImage: { migrate: [8080] } })).toEqual({ ports: [], perhaps: [] });
  expect(portsOf(modelOf({ db: {}, api: { environment: { A: "http://my-db:81 db:82/x xdb:83 db:84db db:99999" } } }), "db", noFacts).ports).toEqual([82, 84]);
  expect([portsOfText("53/udp"), portsOfText("9000-9002/tcp"), portsOfText("x")]).toEqual([[], [9000, 9001, 9002], []]);
});

test("who shares no network is no acquaintance; names are those that the client could use", () => {
  const known = acquaintances(modelOf(), noFacts);
  const of = (client: string, server: string): readonly string[] | undefined => known.find((each) => each.client === client && each.server === server)?.names;
  expect(of("api", "db")).toEqual(["db", "my-db", "database", "old"]);
  expect(of("worker", "db")).toEqual(["db", "my-db", "database"]);
  expect(of("mail", "db")).toBeUndefined();
  // It lives in the API's network, and calls it by its loopback address.
  expect(of("sidecar", "api")).toBeUndefined();
  expect(of("worker", "sidecar")).toEqual(["api"]);
});

test("every service has a network of its own, in which the proxy has the names of what it calls", () => {
  const { services, ways } = planOf();
  expect(services.map(({ service }) => service)).toEqual(["db", "api", "worker", "mail"]);
  expect(services.find(({ service }) => service === "worker")?.networks).toEqual([{ name: "rw-1-worker", proxyNames: expect.arrayContaining(["db", "my-db", "database", "api"]) }, { name: "rw-2-worker", proxyNames: ["mail"] }]);
  expect(ways).toContainEqual({ name: "worker-db", listen: { network: "rw-1-worker", port: 5432 }, upstream: { to: "service", service: "db", port: 5432 } });
  expect(ways).toContainEqual({ name: "worker--api-9100", listen: { network: "rw-1-worker", port: 9100 }, upstream: { to: "service", service: "api", port: 9100 } });
  expect(new Set(ways.map(({ listen }) => `${listen.network}:${listen.port}`)).size).toBe(ways.length);
});

test("a port of which only the image speaks takes no network of its own: the first server has it", () => {
  const model = modelOf({ a: { image: "same", expose: ["80"] }, b: { image: "same", expose: ["81"] }, c: { image: "same", expose: ["82"] } });
  const target = shopTarget({ nodes: { a: { kind: "container" } }, links: {} });
  const { services, ways } = planStack(target, model, { declared: {}, ofImage: { a: [80, 9000], b: [80, 9000], c: [80, 9000] } });
  expect(services.flatMap(({ networks }) => networks)).toHaveLength(3);
  const ofC = ways.filter(({ listen }) => listen.network === "rw-1-c").map(({ listen, upstream }) => `${listen.port} ${upstream.to === "service" ? upstream.service : ""}`);
  expect(ofC.toSorted()).toEqual(["80 a", "81 b", "9000 a"]);
});

test("networks have names of their own, whatever services are called: two, and none is the one with a way out", () => {
  const model = modelOf({ a: { image: "a", expose: ["80"] }, "a-2": { image: "b", expose: ["80"] }, door: { image: "c" }, "1-a": { image: "d" } });
  const { services } = planStack(shopTarget({ nodes: { a: { kind: "container" } }, links: {} }), model, { declared: {}, ofImage: {} });
  const names = services.flatMap(({ networks }) => networks.map(({ name }) => name));
  expect(names).toContain("rw-2-door");
  expect(names).not.toContain(doorNetwork);
  expect(new Set(names).size).toBe(names.length);
});

test("two links to one server are two ways, so that cutting off the workers hits only them", () => {
  const links = planOf().ways.filter(({ name }) => name === "api-db" || name === "worker-db");
  expect(links.map(({ listen }) => listen.network).toSorted()).toEqual(["rw-1-api", "rw-1-worker"]);
  expect(new Set(links.map(({ upstream }) => JSON.stringify(upstream))).size).toBe(1);
});

test("doors lead straight to nodes, and into links at the place where their clients meet them; their ports are nobody else's", () => {
  const ports = { main: 20_000, admin: 8_474 };
  const target = shopTarget({ nodes: { database: { kind: "postgres", service: "db" }, api: { kind: "container", ports }, worker: { kind: "container" } } });
  const { doors, controlPort } = planOf(target);
  expect(doors.map(({ name }) => name)).toEqual(["node:database:main", "node:api:main", "node:api:admin", "link:api-db", "link:worker-db"]);
  expect(doors.find(({ name }) => name === "link:worker-db")?.upstream).toEqual({ to: "way", network: "rw-1-worker", port: 5432 });
  expect(new Set([...doors.map(({ listen }) => listen.port), ...Object.values(ports), controlPort]).size).toBe(doors.length + 3);
});

test.each([
  ["a node whose service is not there", { nodes: { database: { kind: "postgres" as const }, api: { kind: "container" as const } }, links: { x: { from: "api", to: "database" } } }, 'no service "database"'],
  ["a port of which nothing is known", { links: { x: { from: "worker", to: "api", port: "admin" } } }, 'port "admin"'],
  ["services that share no network", { nodes: { mail: { kind: "container" as const, ports: { main: 8080 } }, database: { kind: "postgres" as const, service: "db" } }, links: { x: { from: "mail", to: "database" } } }, "cannot reach"],
  ["two links that are one way", { links: { x: { from: "api", to: "database" }, y: { from: "api", to: "database" } } }, "the same way"],
])("%s is refused", (_title, change, message) => {
  expect(() => planOf(shopTarget(change))).toThrow(message);
});

const marks = { run: "run-1", project: "roadworthy-run-1", proxyImage: "proxy:1", publishOn: "127.0.0.1" };
type Entries = Record<string, Record<string, unknown>>;

function documentOf(model = modelOf()): { services: Entries; networks: Entries; volumes: Entries } {
  return JSON.parse(JSON.stringify(interposed(model, planOf(), marks)));
}

test("R38: nothing of the user's own is used: no name of a volume or container, no published port, no network with a way out", () => {
  const { services, networks, volumes } = documentOf();
  expect(volumes["data"]).toEqual({ labels: { "org.roadworthy.run": "run-1" } });
  for (const [name, service] of Object.entries(services).filter(([each]) => each !== "rw-proxy")) {
    expect(service["container_name"], name).toBeUndefined();
    expect(service["ports"], name).toBeUndefined();
    expect(service["links"], name).toBeUndefined();
  }
  expect(Object.entries(networks).filter(([, network]) => network["internal"] !== true).map(([name]) => name)).toEqual(["rw-door"]);
  expect(Object.entries(services).filter(([, { networks: own }]) => Object.hasOwn(own ?? {}, "rw-door")).map(([name]) => name)).toEqual(["rw-proxy"]);
});

test("everything carries the run's label, and all of the proxy's ports are on this machine only", () => {
  const { services, networks, volumes } = documentOf();
  for (const entry of [...Object.values(services), ...Object.values(networks), ...Object.values(volumes)]) expect(entry["labels"]).toMatchObject({ "org.roadworthy.run": "run-1" });
  const { ports } = services["rw-proxy"] ?? {};
  expect(ports).toEqual([8474, 20_000, 20_001, 20_002, 20_003].map((target) => ({ mode: "ingress", target, host_ip: "127.0.0.1", protocol: "tcp" })));
});

test("what a service is stays as it was: its settings, volumes, replicas, order of starting; one that shares a network still does", () => {
  const { services } = documentOf();
  const { db } = shop;
  expect(services["db"]).toMatchObject({ image: db?.["image"], environment: db?.["environment"], volumes: db?.["volumes"], restart: "always" });
  expect(services["worker"]).toMatchObject({ deploy: { replicas: 2 }, image: expect.stringMatching(/^roadworthy-built-worker-[0-9a-f]{12}$/) });
  expect(services["api"]).toMatchObject({ depends_on: { db: { condition: "service_started" } }, networks: { "rw-1-api": { aliases: [upstreamName("api")] } } });
  expect(Object.keys(Object(services["worker"]?.["networks"]))).toEqual(["rw-1-worker", "rw-2-worker"]);
  expect(services["sidecar"]).toMatchObject({ network_mode: "service:api" });
  expect(services["sidecar"]?.["networks"]).toBeUndefined();
});

test("what is built in another folder has another name; the order in which that is told is no difference", () => {
  const nameOf = (build: unknown): string => imageOf("API", { build });
  expect(nameOf({ context: "/a", args: { X: "1", Y: "2" } })).toBe(nameOf({ args: { Y: "2", X: "1" }, context: "/a" }));
  expect(nameOf({ context: "/a" })).not.toBe(nameOf({ context: "/b" }));
  expect(imageOf("api", { image: "mine:1", build: { context: "/a" } })).toBe("mine:1");
});

test("containers are made from the very images that were looked at, but where Compose is to look for newer ones", () => {
  const model = modelOf({ ...shop, mail: { ...shop["mail"], pull_policy: "always" } });
  const { services } = documentOf(pinned(model, new Map(["db", "worker", "mail"].map((name) => [name, { id: `sha256:${name}` }]))));
  expect(["db", "worker", "mail", "api"].map((name) => services[name]?.["image"])).toEqual(["sha256:db", "sha256:worker", "mail:1", "api:1"]);
});
