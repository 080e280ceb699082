import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { readCompose } from "../compose/read-compose.ts";
import { firstCases, type ComposeCase } from "./compose-files.fixture.ts";
import { moreCases } from "./more-compose-files.fixture.ts";
import type { Part } from "./parts.ts";
import { systemOf } from "./system.ts";

const folder = "/shop";
const cases = [...firstCases, ...moreCases].map((row): [string, ComposeCase] => [row.title, row]);

test("there are at least 12 compose files", () => {
  expect(cases.length).toBeGreaterThanOrEqual(12);
});

test.each(cases)("%s", (_title, row) => {
  const project = read(row);
  const { parts, tasks, tools, pairs, door } = systemOf(project);
  const found = [...parts, ...tasks].map((part): [string, string] => [part.service.name, words(part)]);
  const foundTools = tools.map((part): [string, string] => [part.service.name, `?${words(part)}`]);
  expect({
    parts: Object.fromEntries([...found, ...foundTools]),
    pairs: pairs.map(({ from, to }) => `${from} > ${to}`).toSorted(),
    door: door?.service.name ?? null,
    leftOut: project.leftOut,
    missing: project.missing,
  }).toEqual({ parts: row.parts, pairs: row.pairs.toSorted(), door: row.door, leftOut: row.leftOut ?? [], missing: row.missing ?? [] });
});

test("what the user says of a service counts, whatever it looks like", () => {
  const [, row] = cases[0] ?? [];
  const { parts, door } = systemOf(read(row), { told: { cache: { role: "http", port: 9000 }, api: { role: "worker", port: null } }, door: "cache" });
  expect(Object.fromEntries(parts.map((part) => [part.service.name, words(part)]))).toEqual({ db: "postgres 5432", cache: "http 9000", api: "worker /healthz" });
  expect(door?.service.name).toBe("cache");
});

test.each([
  ["services:\n  a: { image: x, extends: { service: b } }\n  b: { extends: { service: a } }", /extends itself/],
  ["services:\n  a: { extends: { service: gone } }", /does not have/],
  ["include: [docker-compose.yml]\nservices: {}", /includes itself/],
  ["services:\n  a: { image: [x }", /cannot read/],
  ["services:\n  a: { image: x, deploy: { replicas: many } }", /cannot be understood/],
  [["a: &a [x, x]", ...Array.from({ length: 20 }, (_, level) => `b${level}: &b${level} [*${level === 0 ? "a" : `b${level - 1}`}, *${level === 0 ? "a" : `b${level - 1}`}]`)].join("\n"), /alias/i],
])("%j is refused", (text, says) => {
  expect(() => read({ title: "", files: { "docker-compose.yml": text }, parts: {}, pairs: [], door: null })).toThrow(says);
});

function read(row: ComposeCase | undefined): ReturnType<typeof readCompose> {
  if (row === undefined) throw new Error("there is no such case");
  const names = row.use ?? Object.keys(row.files).slice(0, 1);
  return readCompose({
    files: names.map((name) => join(folder, name)),
    profiles: row.profiles ?? [],
    envFiles: [],
    environment: row.environment ?? {},
    readFile: (path) => row.files[relative(folder, path)] ?? null,
  });
}

function words({ role, port, healthPath }: Part): string {
  return [role, port, healthPath].filter((word) => word !== null).join(" ");
}
