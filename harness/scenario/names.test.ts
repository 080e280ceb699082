/** Names reach argument lists, paths and URLs: whatever could mean more there than a name is refused where it is read (R30). */

import { expect, test } from "vitest";
import { parseScenario, parseSuite, parseTarget } from "./parse.ts";

const payloads: readonly string[] = [
  "", " ", "a b", "a;id", "a|id", "a&id", "a&&id", "$(id)", "`id`", "${HOME}", "$HOME", "a>b", "a<b", "a\nb", "a\r\nb", "a\u0000b", "a\tb", "../a", "a/../b", "/etc/passwd", "a\\b", "-rf", "--help",
  ".hidden", "_under", "a'b", 'a"b', "a*", "a?", "a#b", "a%00", "a%2fb", "{{link:x}}", "a:b", "a@b", "ä", "\u202ea", "а", "a\n", "x".repeat(129),
];

/** Each gives a definition with this name in one place. */
const places: readonly [string, (name: string) => unknown][] = [
  ["scenario", (name) => parseScenario({ ...scenario, name })],
  ["target of a scenario", (name) => parseScenario({ ...scenario, target: name })],
  ["workload", (name) => parseScenario({ ...scenario, workloads: [{ ...workload, name }] })],
  ["route of a journey", (name) => parseScenario({ ...scenario, workloads: [{ ...workload, journeys: [{ steps: [name] }] }] })],
  ["step", (name) => parseScenario({ ...scenario, steps: [{ ...step, id: name }] })],
  ["node of a fault", (name) => parseScenario({ ...scenario, steps: [{ ...step, fault: { kind: "node-kill", node: name } }] })],
  ["link of a fault", (name) => parseScenario({ ...scenario, steps: [{ ...step, fault: { kind: "link-down", links: [name] } }] })],
  ["ruled objective", (name) => parseScenario({ ...scenario, rules: [name] })],
  ["probe of a stop condition", (name) => parseScenario({ ...scenario, stop: [{ when: "probe-down", probe: name, for: "1s" }] })],
  ["suite", (name) => parseSuite({ name, title: "Suite", target: "shop", scenarios: ["a"], required: [] })],
  ["required objective", (name) => parseSuite({ name: "suite", title: "Suite", target: "shop", scenarios: ["a"], required: [name] })],
  ["node", (name) => parseTarget({ ...target, nodes: { [name]: { kind: "redis" } } })],
  ["needed node", (name) => parseTarget({ ...target, nodes: { a: { kind: "redis", needs: [name] } } })],
  ["database", (name) => parseTarget({ ...target, nodes: { a: { kind: "postgres", database: name } } })],
  ["user", (name) => parseTarget({ ...target, nodes: { a: { kind: "postgres", user: name } } })],
  ["port", (name) => parseTarget({ ...target, nodes: { a: { kind: "process", command: ["a"], ports: [name] } } })],
  ["link", (name) => parseTarget({ ...target, links: { [name]: { from: "a", to: "b" } } })],
  ["end of a link", (name) => parseTarget({ ...target, links: { a: { from: name, to: "b" } } })],
  ["route", (name) => parseTarget({ ...target, routes: { [name]: { node: "a", path: "/" } } })],
  ["ledger", (name) => parseTarget({ ...target, ledgers: { [name]: { readBack: {} } } })],
  ["probe", (name) => parseTarget({ ...target, probes: { [name]: { layer: "tcp", at: { node: "a" } } } })],
  ["gauge", (name) => parseTarget({ ...target, gauges: { [name]: { query: { via: "redis", node: "a", command: ["PING"] } } } })],
  ["target", (name) => parseTarget({ ...target, name })],
  ["variant", (name) => parseTarget({ ...target, variantOf: name })],
];

const workload = { name: "load", profile: { shape: "constant", rate: 1 }, journeys: [{ steps: ["home"] }] };
const step = { id: "cut", hold: "1s", fault: { kind: "node-kill", node: "a" } };
const scenario = { name: "outage", title: "Outage", target: "shop", workloads: [workload], phases: { baseline: "1s" }, stop: "none", rules: [] };
const target = { name: "shop", title: "Shop", nodes: {} };

test("there are at least 30 payloads", () => {
  expect(payloads.length).toBeGreaterThanOrEqual(30);
});

test.each(places)("R30: a hostile name of a %s is refused", (_place, define) => {
  expect(() => define("plain-Name_1.2")).not.toThrow();
  for (const payload of payloads) expect(() => define(payload), JSON.stringify(payload)).toThrow(expect.objectContaining({ exitCode: 64 }));
});

test.each(["a b", "--dir", "a=b", "a\nb", "1a", ""])("R30: %j is the name of no server setting and of no variable", (name) => {
  for (const kind of ["postgres", "redis"]) expect(() => parseTarget({ ...target, nodes: { a: { kind, settings: { [name]: "1" } } } })).toThrow(expect.objectContaining({ code: "target-invalid" }));
  expect(() => parseTarget({ ...target, nodes: { a: { kind: "process", command: ["a"], env: { [name]: "1" } } } })).toThrow(expect.objectContaining({ code: "target-invalid" }));
});

test.each(["yes\nrequirepass x", "a\u0000b", "--requirepass x"])("R30: %j is the value of no setting of Redis", (value) => {
  expect(() => parseTarget({ ...target, nodes: { a: { kind: "redis", settings: { appendonly: value } } } })).toThrow(expect.objectContaining({ code: "target-invalid" }));
});

test.each([
  ["postgres", "data_directory", "/var/lib/postgresql/15/main"],
  ["postgres", "Data_Directory", "/var/lib/postgresql/15/main"],
  ["postgres", "hba_file", "/etc/postgresql/pg_hba.conf"],
  ["postgres", "listen_addresses", "*"],
  ["postgres", "primary_conninfo", "host=203.0.113.7"],
  ["redis", "dir", "/var/lib/redis"],
  ["redis", "include", "/etc/redis/redis.conf"],
  ["redis", "logfile", "/var/log/other.log"],
  ["redis", "REPLICAOF", "203.0.113.7 6379"],
  ["redis", "bind", "0.0.0.0"],
])("R38: a throw-away %s cannot be led to real data or hosts by %s", (kind, name, value) => {
  expect(() => parseTarget({ ...target, nodes: { a: { kind, settings: { [name]: value } } } })).toThrow(/is set by Roadworthy/);
});
