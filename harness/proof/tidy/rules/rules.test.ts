/** Each rule on snippets that it must reject, and on their repaired twins. A check that cannot fail is a defect. */

import { describe, expect, it } from "vitest";
import { exempt } from "../exemptions.ts";
import { projectOf } from "../project.ts";
import { banned } from "./banned.ts";
import { dead } from "./dead.ts";
import { layers } from "./layers.ts";
import { manifest } from "./manifest.ts";
import { sizes } from "./sizes.ts";
import { filesTable, tables, updatedTables } from "./tables.ts";
import { words } from "./words.ts";
import { workflows } from "./workflows.ts";

describe("layers", () => {
  const packages = { installed: new Set(["zod", "@scope/tool"]) };
  const check = (path: string, text: string): string[] => layers(projectOf({ [path]: text }), packages).map((each) => `${each.line} ${each.problem}`);

  it.each([
    ["harness/base/a.ts", "../scenario/b.ts"],
    ["harness/log/a.ts", "../sli/b.ts"],
    ["harness/drive/run/a.ts", "../../judge/index.ts"],
    ["harness/drive/run/a.ts", "../../../reports/html/page.ts"],
    ["harness/judge/a.ts", "../drive/run/b.ts"],
    ["harness/judge/a.ts", "../../reports/junit.ts"],
    ["reports/html/a.ts", "../../harness/drive/index.ts"],
    ["harness/index.ts", "./drive/index.ts"],
    ["harness/drive/faults/a.ts", "../load/pace.ts"],
    ["harness/drive/load/a.ts", "../probe/b.ts"],
    ["harness/drive/run/a.ts", "../../cli/main.ts"],
    ["harness/cli/a.ts", "../proof/bench.ts"],
    ["reports/a.test.ts", "../harness/drive/index.ts"],
    ["scenarios/outage.ts", "../harness/scenario/scenario.ts"],
    ["targets/shop/target.ts", "../../harness/base/time.ts"],
    ["targets/shop/service/api.ts", "../../../harness/index.ts"],
    ["targets/shop/service/api.ts", "../target.ts"],
  ])("%s may not import %s", (path, specifier) => {
    expect(check(path, `import { a } from "${specifier}";`)).toHaveLength(1);
    expect(check(path, `export * from "${specifier}";`)).toHaveLength(1);
    expect(check(path, `import type { A } from "${specifier}";`)).toHaveLength(1);
    expect(check(path, `\nawait import("${specifier}");`)[0]).toMatch(/^2 /);
  });

  it.each([
    ["harness/sli/a.ts", "../log/event.ts"],
    ["harness/drive/run/a.ts", "../faults/index.ts"],
    ["harness/judge/a.ts", "../sli/latency.ts"],
    ["reports/html/a.ts", "../../harness/judge/index.ts"],
    ["harness/cli/a.ts", "../drive/run/b.ts"],
    ["harness/index.ts", "./judge/index.ts"],
    ["targets/broken/slow.ts", "../shop/target.ts"],
    ["targets/broken/service/slow.ts", "../../shop/service/api.ts"],
    ["targets/broken/broken.it.test.ts", "../../harness/cli/main.ts"],
    ["scenarios/outage.ts", "../harness/index.ts"],
    ["harness/tidy.test.ts", "./proof/tidy/project.ts"],
  ])("%s may import %s", (path, specifier) => {
    expect(check(path, `import { a } from "${specifier}";`)).toEqual([]);
  });

  it("rejects packages that an installed package lacks", () => {
    expect(check("harness/log/a.ts", 'import { parseSync } from "oxc-parser";')).toEqual(["1 imports oxc-parser, which is not in dependencies"]);
    expect(check("harness/log/a.ts", 'import { z } from "zod/v4"; import a from "@scope/tool/x"; import type { B } from "ajv"; import fs from "node:fs";')).toEqual([]);
    expect(check("harness/log/a.test.ts", 'import { it } from "vitest";')).toEqual([]);
    expect(check("harness/log/a.ts", 'import fs from "fs";')).toEqual(['1 imports "fs"']);
  });
});

describe("sizes", () => {
  const check = (texts: Record<string, string>): string[] => sizes(projectOf(texts)).map((each) => `${each.file}: ${each.problem}`);
  const statements = (count: number): string => "  a();\n".repeat(count);

  it("counts the lines of files and functions", () => {
    expect(check({ "harness/log/a.ts": "a();\n".repeat(301) })).toEqual(["harness/log/a.ts: 302 lines, 300 are allowed"]);
    expect(check({ "harness/log/a.ts": "a();\n".repeat(300) })).toEqual([]);
    expect(check({ "harness/log/a.ts": `function f() {\n${statements(59)}}` })).toEqual(["harness/log/a.ts: a function of 61 lines, 60 are allowed"]);
    expect(check({ "harness/log/a.ts": `const f = () => {\n${statements(58)}// why\n\n};` })).toEqual([]);
    expect(check({ "harness/log/a.test.ts": `describe(() => {\n${statements(80)}});` })).toEqual([]);
  });

  it("counts files and folders", () => {
    const many = (folder: string, count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${folder}/part-${index}.ts`, ""]));
    expect(check(many("harness/log", 13))).toEqual(["harness/log: 13 files, 12 are allowed"]);
    expect(check({ ...many("harness/log", 12), "harness/log/index.ts": "", "harness/log/README.md": "", "harness/log/a.test.ts": "", "harness/log/a.fixture.ts": "" })).toEqual([]);
    expect(check(many("harness/proof/x", 13))).toHaveLength(1);
    expect(check(many("harness/drive/faults", 20))).toEqual([]);
    expect(check({ "a/b/c/d/e/f.ts": "" })).toEqual(["a/b/c/d/e: 5 folders deep, 4 are allowed"]);
  });

  it.each(["harness/log/util.ts", "harness/helpers/a.ts", "harness/log/common.test.ts"])("rejects the name of %s", (path) => {
    expect(check({ [path]: "" })).toHaveLength(1);
  });
});

describe("banned", () => {
  const check = (path: string, text: string): string[] => banned(projectOf({ [path]: text })).map((each) => `${each.line} ${each.problem}`);

  it.each([
    ["const a = 1;\nconst b = new Date();", "2 uses Date"],
    ["export const b = Date.now();", "1 uses Date"],
    ["export const b = performance.now();", "1 uses performance"],
    ["setTimeout(f, 5);", "1 uses setTimeout"],
    ["globalThis.setInterval(f, 5);", "1 uses setInterval"],
    ["const later = setTimeout;", "1 uses setTimeout"],
    ["AbortSignal.timeout(5);", "1 uses AbortSignal.timeout"],
    ["const b = process.hrtime();", "1 uses process.hrtime"],
    ["const b = Math.random();", "1 uses Math.random"],
    ["process.exit(1);", "1 uses process.exit"],
    ['console.error("x");', "1 uses console"],
    ["vi.mock('x');", "1 uses vi.mock"],
    ["it.only('x', f);", "1 uses it.only"],
    ['import { exec } from "node:child_process";', "1 imports exec from node:child_process"],
    ['import * as processes from "node:child_process";', "1 imports * from node:child_process"],
    ['import { setTimeout as wait } from "node:timers/promises";', "1 imports setTimeout from node:timers/promises"],
    ["spawn('ls', { shell: true });", "1 starts a shell"],
    ["spawn('ls', { shell: '/bin/sh' });", "1 starts a shell"],
    ["// @ts-ignore\na();", '1 "@ts-ignore"'],
    ["/* oxlint-disable no-console */", '1 "oxlint-disable no-console"'],
    ["export default 5;", "1 has a default export"],
  ])("%s", (text, problem) => {
    expect(check("harness/drive/run/a.ts", text)).toContain(problem);
  });

  it.each([
    "const at = { Date: 1, console: 2 }; at.Date; row.performance;",
    "function f(value: Date): Date { return value; }",
    "pattern.exec(text);",
    'import { execFile, spawn } from "node:child_process"; spawn("ls", [], { shell: false });',
    "// Date and setTimeout in a comment",
  ])("leaves alone: %s", (text) => {
    expect(check("harness/drive/run/a.ts", text)).toEqual([]);
  });

  it("knows the home of each, and lets nobody start a shell", () => {
    expect(check("harness/base/time.ts", "setTimeout(f, Date.now());")).toEqual([]);
    expect(check("harness/base/random.ts", "Math.random();")).toEqual([]);
    expect(check("harness/cli/main.ts", "process.exit(console.log());")).toEqual([]);
    expect(check("targets/shop/service/api.ts", "process.exit(setTimeout(console.log, Math.random(), new Date()));")).toEqual([]);
    expect(check("targets/shop/service/api.ts", "spawn('ls', { shell: true });")).toHaveLength(1);
    expect(check("targets/shop/target.ts", "export default 1;")).toEqual([]);
  });
});

describe("dead", () => {
  const manifestText = JSON.stringify({ bin: { a: "harness/cli/launcher.cjs" }, exports: { ".": "./dist/harness/index.js" }, scripts: { start: "exec node harness/cli/main.ts suite" } });
  const alive = {
    "package.json": manifestText,
    "harness/cli/launcher.cjs": "",
    "harness/index.ts": "",
    "harness/cli/main.ts": 'import { a } from "../drive/run.ts"; import { targets } from "../../targets/index.ts"; a(targets);',
    "harness/drive/run.ts": 'export const a = () => spawn(entryPath("harness/drive/proxy/main"));',
    "harness/drive/proxy/main.ts": 'readFileSync(join(here, "words.sql"));',
    "harness/drive/proxy/words.sql": "",
    "targets/index.ts": 'export const targets = [import("./shop/target.ts")];',
    "targets/shop/target.ts": 'defineTarget({ command: ["api.ts"], objectives: "./objectives.json" });',
    "targets/shop/service/api.ts": "",
    "targets/shop/objectives.json": "",
    "harness/drive/run.test.ts": 'import "./run.ts"; import "./run.fixture.ts"; read("corpus");',
    "harness/drive/run.fixture.ts": "",
    "harness/drive/corpus/1/header.json": "",
  };
  const check = (texts: Record<string, string>): string[] => dead(projectOf(texts)).map((each) => `${each.file} ${each.problem}`);

  it("follows imports, entryPath, commands and data files", () => {
    expect(check(alive)).toEqual([]);
  });

  it("finds what nothing uses, what only tests use, and what is named but missing", () => {
    expect(check({ ...alive, "harness/log/old.ts": "" })).toEqual(["harness/log/old.ts nothing uses it"]);
    expect(check({ ...alive, "harness/log/a.ts": 'import "./b.ts";', "harness/log/b.ts": 'import "./a.ts";' })).toHaveLength(2);
    expect(check({ ...alive, "harness/log/a.ts": "", "harness/log/a.test.ts": 'import "./a.ts";' })).toEqual(["harness/log/a.ts only tests use it"]);
    expect(check({ ...alive, "targets/orders/old.sql": "" })).toEqual(["targets/orders/old.sql nothing uses it"]);
    const { "harness/index.ts": _, ...without } = alive;
    expect(check(without)).toEqual(["package.json names harness/index.ts, which does not exist"]);
  });
});

describe("words", () => {
  it.each(["// TODO later", "<!-- FIXME -->", 'cd "/root/main"', "at /home/someone/x", "(/Users/someone)", "/root/.cache"])("%s", (text) => {
    expect(words(projectOf({ "a.md": `fine\n${text}` }))).toMatchObject([{ file: "a.md", line: 2 }]);
  });

  it.each(["mastodon todo", "harness/homes/root", "https://example.org/home/page", "$HOME/x", "~/notes/x", "/tmp/x"])("leaves alone: %s", (text) => {
    expect(words(projectOf({ "a.md": text }))).toEqual([]);
  });
});

describe("manifest", () => {
  const check = (content: unknown, lock: string | undefined = "{}"): string[] => manifest(projectOf({ "package.json": JSON.stringify(content, null, 2) }), lock).map((each) => each.problem);

  it("counts dependencies and wants one version of each", () => {
    const many = (count: number): Record<string, string> => Object.fromEntries(Array.from({ length: count }, (_, index) => [`package-${index}`, "1.0.0"]));
    expect(check({ dependencies: many(15), optionalDependencies: { native: "15.18.0-beta.17" } })).toEqual([]);
    expect(check({ dependencies: many(16) })).toEqual(["16 dependencies, 15 are allowed"]);
    expect(check({ devDependencies: { loose: "^1.0.0" } })).toEqual(['loose is "^1.0.0"']);
  });

  it("lets installing run nothing, and the lock file name no registry and every platform", () => {
    expect(check({ scripts: { postinstall: "x" } })).toEqual(['has a script "postinstall"']);
    expect(check({}, '{\n"resolved": "https://example.org/a.tgz"\n}')).toEqual(["names the address of a registry"]);
    const half = { packages: { "node_modules/tool": { optionalDependencies: { "tool-linux": "1.0.0", "tool-darwin": "1.0.0" } }, "node_modules/tool-linux": {} } };
    expect(check({}, JSON.stringify(half))).toEqual(["lacks tool-darwin, so that npm ci refuses to install"]);
    expect(manifest(projectOf({ "package.json": "{}" }), undefined)).toMatchObject([{ problem: "is missing" }]);
  });
});

describe("workflows", () => {
  const pin = "actions/checkout@08eba0b27e820071cde6df949e0beb9ba4906955";
  const workflow = (change: { on?: string; rights?: string; uses?: string; run?: string }): string[] => {
    const { on = "pull_request", rights = "{ contents: read }", uses = pin, run = 'echo "$NAME"' } = change;
    const text = `on: { ${on}: {} }\npermissions: ${rights}\njobs:\n  a:\n    steps:\n      - uses: ${uses}\n      - run: ${run}\n`;
    return workflows(projectOf({ ".github/workflows/a.yml": text })).map((each) => each.problem);
  };

  it("accepts what only reads", () => {
    expect(workflow({})).toEqual([]);
    expect(workflow({ uses: "./.github/actions/own" })).toEqual([]);
  });

  it("rejects tags, rights, secrets and outside text in scripts", () => {
    expect(workflow({ uses: "actions/checkout@v4" })).toEqual(["uses actions/checkout@v4"]);
    expect(workflow({ rights: "write-all" })).toEqual(["asks for other rights than reading, or says nothing"]);
    expect(workflow({ rights: "{ contents: write }" })).toHaveLength(1);
    expect(workflow({ run: "echo ${{ github.head_ref }}" })).toEqual(["puts ${{ github.head_ref }} into a script"]);
    expect(workflow({ run: "echo ${{ secrets.TOKEN }}" })).toContain("reads a secret");
    const unsafe = "on:\n  pull_request_target:\npermissions: { contents: read }\njobs: {}\n";
    expect(workflows(projectOf({ ".github/workflows/a.yml": unsafe }))).toMatchObject([{ line: 2, problem: "runs on pull_request_target" }]);
  });
});

describe("tables", () => {
  const readme = (table: string): Record<string, string> => ({
    "harness/sli/README.md": `# Indicators\n\n<!-- table:files -->\n${table}<!-- /table -->\n`,
    "harness/sli/latency.ts": "/** How long answers take. More about it. */\nexport const a = 1;",
  });
  const right = "| file | what it holds |\n| --- | --- |\n| `latency` | How long answers take. |\n";
  const generators = { files: filesTable };

  it("finds a table that is out of date, and updates it", () => {
    expect(tables(projectOf(readme(right)), generators)).toEqual([]);
    expect(tables(projectOf(readme("old\n")), generators)).toMatchObject([{ line: 3, problem: 'table "files" is out of date' }]);
    expect(Object.fromEntries(updatedTables(projectOf(readme("old\n")), generators))).toEqual({ "harness/sli/README.md": readme(right)["harness/sli/README.md"] });
    expect(updatedTables(projectOf(readme(right)), generators).size).toBe(0);
  });

  it("finds marks without an end or a generator", () => {
    expect(tables(projectOf({ "a.md": "<!-- table:files -->\n" }), generators)).toMatchObject([{ problem: "has a table mark without its end" }]);
    expect(tables(projectOf({ "a.md": "<!-- table:odd -->\n<!-- /table -->" }), generators)).toMatchObject([{ problem: 'has a table "odd" that nothing generates' }]);
  });
});

it("an exemption covers its line alone, and one that covers nothing is a finding", () => {
  const project = projectOf({ "harness/log/a.ts": "new Date(1);\nnew Date(2);" });
  const list = [
    { rule: "banned", file: "harness/log/a.ts", line: "Date(1)", reason: "shown" },
    { rule: "banned", file: "harness/log/a.ts", line: "Date(3)", reason: "gone" },
  ];
  expect(exempt("banned", project, banned(project), list)).toMatchObject([{ line: 2, problem: "uses Date" }, { line: 0, problem: 'is exempt from "banned" (gone) and needs it no more' }]);
});
