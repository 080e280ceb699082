import { expect, it } from "vitest";
import { projectOf } from "../project.ts";
import { banned } from "./banned.ts";
import { safety, safetyTable } from "./safety.ts";

const problems = (path: string, text: string): string[] => banned(projectOf({ [path]: text })).map(({ line, problem }) => `${line} ${problem}`);

it("a requirement that no title names is missing, at its row", () => {
  const project = projectOf({
    "harness/a.test.ts": 'test("R1, R2: nothing is left", () => {}); it.each([1])("R29: %s is refused", () => {}); describe(`R30: ${1} payloads`, () => {}); it("stays text (R31)", () => {}); const no = "R3: no title"; other("R4: no test");',
    "harness/b.ts": 'test("R5: no test file", () => {});',
    "harness/proof/SAFETY.md": "# Safety\n\n| R3 | none |\n",
  });
  const missing = safety(project);
  for (const id of ["R1", "R2", "R29", "R30", "R31"]) expect(missing.some(({ problem }) => problem === `no test names ${id}`)).toBe(false);
  for (const id of ["R4", "R5", "R38"]) expect(missing.map(({ problem }) => problem)).toContain(`no test names ${id}`);
  expect(missing.find(({ problem }) => problem === "no test names R3")).toMatchObject({ file: "harness/proof/SAFETY.md", line: 3 });
});

it("the table names the tests of each requirement", () => {
  const table = safetyTable(projectOf({ "harness/base/a.test.ts": 'test("R12: opens nothing", () => {}); test("R12: sends nothing", () => {});' }));
  expect(table).toContain("[a.test](../base/a.test.ts): opens nothing; sends nothing |");
  expect(table.split("\n").find((line) => line.startsWith("| R1 |"))).toContain("none yet");
});

it.each([
  'import { connect } from "node:net";',
  'import { Socket, type Server } from "node:net";',
  'import net from "node:net";',
  'import * as tls from "node:tls";',
  'import { lookup } from "node:dns/promises";',
  'import { createSocket } from "node:dgram";',
  'import { request } from "node:http";',
  'import { get } from "node:https";',
  'import { Client } from "pg";',
  'import { Redis } from "ioredis";',
])("R29: in drive, nothing connects past the guard: %s", (text) => {
  expect(problems("harness/drive/faults/a.ts", text)).toHaveLength(1);
  expect(problems("harness/drive/guard/a.ts", text)).toEqual([]);
});

it("R29: clients of libraries may be used where the guard is asked", () => {
  expect(problems("harness/drive/stack/clients/a.ts", 'import { Client } from "pg"; import { socketFor } from "../../guard/connect.ts";')).toEqual([]);
  expect(problems("harness/drive/stack/clients/a.ts", 'import { Client } from "pg"; import type { Guard } from "../../guard/guard.ts";')).toHaveLength(1);
  expect(problems("harness/drive/proxy/a.ts", 'import { createServer, isIP } from "node:net"; import { createServer as http } from "node:http";')).toEqual([]);
});

it.each([
  'import { exec } from "node:child_process";',
  'import { execSync } from "node:child_process";',
  'import * as processes from "node:child_process";',
  'import processes from "node:child_process";',
  'import { spawn } from "node:child_process"; spawn("ls", [], { shell: true });',
  'import { spawn } from "node:child_process"; spawn("ls", [], { shell: "/bin/sh" });',
])("R30: there is no shell: %s", (text) => {
  expect(problems("harness/drive/stack/a.ts", text)).toHaveLength(1);
});
