/** The target of a system: its nodes are services of the compose files. */

import type { TargetInput } from "../../../scenario/target/target.ts";
import type { Part } from "../recognise/parts.ts";
import type { Known } from "./known.ts";

type Nodes = TargetInput["nodes"];
type Routes = NonNullable<TargetInput["routes"]>;
type Probes = NonNullable<TargetInput["probes"]>;
type Ledgers = NonNullable<TargetInput["ledgers"]>;

/** Without its objectives, which have a file of their own. */
export function targetDraft(known: Known): Omit<TargetInput, "objectives"> {
  const { system, answers, links, queue } = known;
  return {
    name: system.name,
    title: system.name,
    compose: { files: answers.compose, ...(answers.profiles.length === 0 ? {} : { profiles: answers.profiles }), ...(answers.envFiles.length === 0 ? {} : { envFiles: answers.envFiles }) },
    nodes: Object.fromEntries(system.parts.map((part) => [part.service.name, nodeOf(part, known)])),
    links: Object.fromEntries(links.map(({ name, from, to, isHttp }) => [name, { from, to, ...(isHttp ? { http: true } : {}) }])),
    routes: routesOf(known),
    ledgers: ledgersOf(known),
    ...completionsOf(known),
    ...(queue === null ? {} : { gauges: { "queue-length": { query: queue, unit: "items" } } }),
    probes: probesOf(known),
    reset: known.straight.map((node) => ({ via: "sql" as const, node, statement: `DROP TABLE IF EXISTS ${straightTable}` })),
  };
}

const usualPorts: Readonly<Record<string, number>> = { postgres: 5432, redis: 6379 };

function nodeOf({ service, role, port }: Part, { system, door, healthPath }: Known): Nodes[string] {
  const needed = neededBy(service, system);
  const needs = needed.length === 0 ? {} : { needs: needed };
  const isRestarted = service.restart !== null && service.restart !== "no";
  const restart = isRestarted ? { restart: { policy: "always" as const } } : {};
  if (role === "postgres" || role === "redis") return { kind: role, ...needs, ...restart, ...(port === null || port === usualPorts[role] ? {} : { containerPort: port }) };
  const health = service.name === door?.service.name ? healthPath : null;
  return {
    kind: "container",
    ...needs,
    ...restart,
    ...(port === null ? {} : { ports: { main: port } }),
    ...(health === null ? {} : { ready: { by: "http", path: health, within: "60s" } }),
  };
}

/** What it waits for, and what the tasks that it waits for do. */
function neededBy({ name: self, dependsOn }: Part["service"], { parts, tasks }: Known["system"]): string[] {
  const found = new Set<string>();
  const open = Object.keys(dependsOn);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const task = tasks.find(({ service }) => service.name === name);
    if (found.has(name)) continue;
    found.add(name);
    open.push(...Object.keys(task?.service.dependsOn ?? {}));
  }
  return parts.map(({ service }) => service.name).filter((name) => name !== self && found.has(name));
}

/** An answer that nothing is known of is good when the server took it as a request. */
const anyAnswer = [200, 204, 301, 302, 303, 307, 308, 401, 403, 404, 405];

function routesOf({ door, answers, healthPath, readBack }: Known): Routes {
  if (door === null) return {};
  const node = door.service.name;
  const reads = answers.reads.map((path, index): [string, Routes[string]] => [`read-${index + 1}`, { node, path }]);
  const home: [string, Routes[string]][] = [["home", { node, path: healthPath ?? "/", ...(healthPath === null ? { expect: { status: anyAnswer } } : {}) }]];
  const { write } = answers;
  if (write === undefined) return Object.fromEntries([...home, ...reads]);
  const { method, path, body, status } = write;
  const tracked = readBack === null ? {} : { write: { ledger: "writes" } };
  // Without a read-back its ids are nobody's, and still have to differ.
  const text = (template: string): string => (readBack === null ? template.replaceAll("{{id}}", "{{text:12}}-{{n}}") : template);
  return Object.fromEntries([...home, ...reads, ["write", { node, method, path: text(path), ...(body === null ? {} : { headers: { "content-type": "application/json" }, body: text(body) }), expect: { status }, ...tracked }]]);
}

const straightTable = "roadworthy_writes";

function ledgersOf({ readBack, answers, straight }: Known): Ledgers {
  const own: [string, Ledgers[string]][] = readBack === null || answers.write === undefined ? [] : [["writes", { readBack: { system: [readBack] } }]];
  const stores = straight.map((node): [string, Ledgers[string]] => [
    `${node}-writes`,
    {
      store: { kind: "table", at: { node }, create: `CREATE TABLE IF NOT EXISTS ${straightTable} (id text)`, statement: `INSERT INTO ${straightTable} VALUES ($1)` },
      readBack: { table: [{ via: "sql", node, statement: `SELECT id FROM ${straightTable}` }] },
    },
  ]);
  return Object.fromEntries([...own, ...stores]);
}

function completionsOf({ finished, readBack, answers }: Known): Pick<TargetInput, "completions"> {
  if (finished === null || readBack === null || answers.write === undefined) return {};
  return { completions: { writes: { ledger: "writes", query: finished } } };
}

function probesOf({ system, door, healthPath, answers, links, databases }: Known): Probes {
  const stores = system.parts.flatMap(({ service, role }): [string, Probes[string]][] => {
    if (role !== "postgres" && role !== "redis") return [];
    const through = links.filter(({ to }) => to === service.name).map(({ name }): [string, Probes[string]] => [name, { layer: role, at: { link: name } }]);
    return [[service.name, { layer: role, at: { node: service.name } }], ...through];
  });
  if (door === null) return Object.fromEntries(stores);
  const at = { node: door.service.name };
  const live: Probes[string] = healthPath === null ? { layer: "tcp", at } : { layer: "http", at, path: healthPath };
  const deep: [string, Probes[string]][] = answers.deepCheck === undefined || databases.length === 0 ? [] : [["deep", { layer: "http", at, path: answers.deepCheck, timeout: "2s" }]];
  return Object.fromEntries([...stores, ["live", live], ...deep]);
}
