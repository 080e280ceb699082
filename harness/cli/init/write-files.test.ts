import { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { checkScenario, checkSuite, checkTarget } from "../../scenario/check.ts";
import { composeScenarios } from "../../scenario/compose/compose.ts";
import { parseScenario, parseSuite, parseTarget } from "../../scenario/parse.ts";
import { refuseUndecidable } from "../plan/outlooks.ts";
import type { Draft } from "./draft/drafts.ts";
import type { InitFlags } from "./flags.ts";
import { manifestText } from "./manifest.ts";
import { prepare } from "./prepare.ts";
import { firstCases, type ComposeCase } from "./recognise/compose-files.fixture.ts";
import { moreCases } from "./recognise/more-compose-files.fixture.ts";
import { initSummary } from "./summary.ts";
import { writeInto, type Written } from "./write-files.ts";

const [shop] = firstCases;
const loadable = [...firstCases, ...moreCases].filter(({ door, parts }) => door !== null || Object.values(parts).some((part) => part.startsWith("postgres")));
const basics: InitFlags = {
  write: "POST /orders",
  body: '{"reference":"{{id}}"}',
  status: "201",
  readBack: "http: /orders?after={{cursor}} items[].reference next",
};
const all: InitFlags = {
  ...basics,
  finished: "http: /orders?state=done items[].reference",
  deepCheck: "/health/ready",
  read: ["/orders", "/"],
};

test.each(loadable.map((row): [string, ComposeCase] => [row.title, row]))("what it writes for %s can be planned and decided", async (_title, row) => {
  using folder = projectOf(row);
  const files = { compose: (row.use ?? Object.keys(row.files).slice(0, 1)).map((path) => join(folder.path, path)), profile: [...(row.profiles ?? [])] };
  const prepared = await prepare(files, { root: folder.path, version: "1.2.3", ask: null });
  assertDecidable(prepared.drafts);
  const told = await prepare({ ...files, ...(prepared.known.door === null ? {} : all), ...(hasRedis(row) ? { queue: "redis: LLEN jobs" } : {}) }, { root: folder.path, version: "1.2.3", ask: null });
  assertDecidable(told.drafts);
  expect(told.known.missing.length).toBeLessThan(prepared.known.missing.length);
});

test("a second time it changes nothing", async () => {
  using folder = projectOf(tiny);
  await run(folder.path, all);
  const before = contents(folder.path);
  const { decided } = await run(folder.path, {});
  expect(fates(decided)).toEqual(["unchanged"]);
  expect(contents(folder.path)).toEqual(before);
});

test("what was edited or deleted stays so, what was there before as well, and the rest is brought up to date", async () => {
  using folder = projectOf(tiny);
  const at = (path: string): string => join(folder.path, path);
  writeFileSync(at("roadworthy.allow.yaml"), "hosts: []\n");
  await run(folder.path, {});
  appendFileSync(at("chaos/scenarios/steady.yaml"), "# ours\n");
  rmSync(at(".github/workflows/roadworthy.yml"));
  const steady = readFileSync(at("chaos/scenarios/steady.yaml"), "utf8");
  const written = await run(folder.path, all);
  const { decided } = written;
  const fate = Object.fromEntries(decided.map((each) => [each.draft.path, each.fate]));
  expect(fate).toMatchObject({ "roadworthy.allow.yaml": "foreign", "chaos/scenarios/steady.yaml": "edited", ".github/workflows/roadworthy.yml": "deleted", "chaos/shop/target.yaml": "updated", "chaos/scenarios/api-killed.yaml": "updated" });
  expect(readFileSync(at("chaos/scenarios/steady.yaml"), "utf8")).toBe(steady);
  expect(readFileSync(at("roadworthy.allow.yaml"), "utf8")).toBe("hosts: []\n");
  expect(readdirSync(at(".github/workflows"))).toEqual([]);
  expect(initSummary(written)).toMatch(/yours, kept +chaos\/scenarios\/steady\.yaml/);
});

test("what would not fit together with an edited file is not written at all", async () => {
  using folder = projectOf(tiny);
  await run(folder.path, {});
  appendFileSync(join(folder.path, "chaos/shop/target.yaml"), "# ours\n");
  const before = contents(folder.path);
  await expect(run(folder.path, all)).rejects.toMatchObject({ code: "usage", message: expect.stringMatching(/chaos\/shop\/target\.yaml.*nothing was written.*there is no ledger "writes"/) });
  expect(contents(folder.path)).toEqual(before);
});

test("where limits were put into the objectives, it says what to add there, and writes nothing that would stay inconclusive", async () => {
  using folder = projectOf(tiny);
  const objectives = join(folder.path, "chaos/shop/objectives.yaml");
  await run(folder.path, {});
  writeFileSync(objectives, readFileSync(objectives, "utf8").replace("limit: 500", "limit: 250"));
  const before = contents(folder.path);
  const added = '{"kind":"ledger","ledger":"writes","set":"lost"}';
  await expect(run(folder.path, basics)).rejects.toMatchObject({ code: "usage", message: expect.stringContaining(`SHOP-05: indicator: ${added}`) });
  expect(contents(folder.path)).toEqual(before);
  for (const [set, id] of [["lost", "SHOP-05"], ["duplicated", "SHOP-06"]] as const) {
    const text = readFileSync(objectives, "utf8");
    const from = text.indexOf(`id: ${id}`);
    writeFileSync(objectives, text.slice(0, from) + text.slice(from).replace("indicator: null", `indicator: ${added.replace("lost", set)}`));
  }
  const { decided } = await run(folder.path, basics);
  expect(decided.find(({ draft }) => draft.path === "chaos/shop/objectives.yaml")?.fate).toBe("edited");
  expect(readFileSync(objectives, "utf8")).toContain("limit: 250");
});

test("what a service that is gone had is named, and left", async () => {
  using folder = projectOf(small);
  await run(folder.path, {});
  writeFileSync(join(folder.path, "docker-compose.yml"), 'services:\n  api: { build: ., ports: ["8000:8000"] }\n');
  const { leftOver } = await run(folder.path, {});
  expect(leftOver).toEqual(["chaos/scenarios/db-outage.yaml", "chaos/scenarios/db-slow.yaml"]);
});

test("R32: what stands in the compose file's environment gets into no file", async () => {
  using folder = projectOf({ ...small, files: { "docker-compose.yml": (small.files["docker-compose.yml"] ?? "").replaceAll("secret", "canary-in-compose"), ".env": "API_TOKEN=canary-in-env\n" } });
  const prepared = await prepare(all, { root: folder.path, version: "1.2.3", ask: null });
  expect(prepared.project.services.some(({ environment }) => JSON.stringify(environment).includes("canary"))).toBe(true);
  const texts = [...prepared.drafts.map(({ text }) => text), initSummary({ prepared, decided: [], leftOver: [] }), manifestText(prepared.known.answers, {})];
  expect(texts.filter((text) => text.includes("canary"))).toEqual([]);
});

test("what is mounted or shared is named in the allow file, and allowed by nobody yet", async () => {
  using folder = projectOf({ ...small, files: { "docker-compose.yml": "services:\n  db:\n    image: postgres\n    volumes: [./data:/var/lib/postgresql/data, ./init:/docker-entrypoint-initdb.d:ro, old:/old]\n  api: { extends: { file: app/base.yml, service: app } }\nvolumes: { old: { external: true } }\n", "app/base.yml": "services:\n  app: { build: ., ports: [80], volumes: [\"./uploads:/uploads\"] }\n" } });
  const { drafts } = await prepare({}, { root: folder.path, version: "1.2.3", ask: null });
  const text = drafts.find(({ path }) => path === "roadworthy.allow.yaml")?.text ?? "";
  expect(text).toContain('#     - { path: "./data", reason: "…" }');
  expect(text).toContain('#     - { path: "./app/uploads", reason: "…" }');
  expect(text).toContain('#     - { name: "old", reason: "…" }');
  expect(text).not.toContain("init");
  expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual(["hosts: []"]);
});

test.each<[string, InitFlags, RegExp]>([
  ["no compose file", { compose: ["gone.yml"] }, /there is no file/],
  ["a service that is not there", { service: ["gone=http:80"] }, /there is no service "gone"/],
  ["a kind that is not there", { service: ["api=mainframe"] }, /cannot be understood/],
  ["an entry that is not there", { entry: "gone" }, /there is no service "gone"/],
  ["a write without an id", { write: "POST /orders", body: "{}" }, /says nowhere what the id/],
  ["a write that reads", { write: "GET /orders/{{id}}" }, /cannot be understood/],
  ["a question in no form", { ...all, readBack: "SELECT 1" }, /--read-back "SELECT 1" cannot be understood/],
  ["a question to a node of another kind", { queue: "redis@db: LLEN jobs" }, /"db" is no service of kind redis/],
  ["an HTTP question without a path", { ...all, readBack: "http: items[].id" }, /names no path/],
  ["a path that is none", { deepCheck: "health" }, /is no path/],
  ["a name that is none", { name: "../up" }, /is no name/],
])("%s is refused, and nothing is written", async (_title, flags, says) => {
  using folder = projectOf(small);
  const before = contents(folder.path);
  await expect(run(folder.path, flags)).rejects.toMatchObject({ exitCode: 64, message: expect.stringMatching(says) });
  expect(contents(folder.path)).toEqual(before);
});

test("R30: names and settings of a compose file lead to no other place, and become no code", async () => {
  using folder = projectOf({ ...tiny, files: { "docker-compose.yml": 'services:\n  "../../up": { image: postgres }\n' } });
  await expect(run(folder.path, {})).rejects.toMatchObject({ code: "usage", message: expect.stringContaining("is no name") });
  expect(readdirSync(dirname(folder.path))).toEqual(["shop"]);
  const hostile = JSON.stringify("A_URL\nB\r} */ process.exit(3); /*\u2028process.exit(4); //");
  using other = projectOf({ ...tiny, files: { "docker-compose.yml": `services:\n  api: { build: . }\n  web: { build: ., ports: [80], environment: { ${hostile}: "http://api:70" } }\n` } });
  for (const format of ["ts", "yaml"] as const) {
    const { drafts } = await prepare({ format }, { root: other.path, version: "1.2.3", ask: null });
    const text = drafts.find(({ path }) => path.includes("/target."))?.text ?? "";
    const lines = text.split(/[\n\r\u2028\u2029]/).filter((line) => line.includes("process.exit"));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => !/^\s*(?:\/\/|#)/.test(line))).toEqual([]);
  }
});

test("whoever sits at the terminal is asked what is missing, and only that", async () => {
  using folder = projectOf(shop);
  const answers: Record<string, string> = { "Which request writes": "POST /orders", "Its JSON body": '{"reference":"{{id}}"}', "What lists these ids": "sql: SELECT reference FROM orders" };
  const questions: string[] = [];
  const ask = (question: string): Promise<string> => {
    questions.push(question);
    return Promise.resolve(Object.entries(answers).find(([begin]) => question.startsWith(begin))?.[1] ?? "");
  };
  const { known } = await prepare({ deepCheck: "/ready" }, { root: folder.path, version: "1.2.3", ask });
  expect(known.missing.map(({ concepts }) => concepts[0])).toEqual([undefined, "finished-in-time", "queue-short"]);
  expect(questions).toHaveLength(5);
});

/** Few files, and so soon read. */
const tiny: ComposeCase = { title: "an API alone", files: { "docker-compose.yml": 'services:\n  api: { build: ., ports: ["8000:8000"] }\n' }, parts: {}, pairs: [], door: "api" };

/** Its database is all that it has. */
const small: ComposeCase = {
  title: "an API and its database",
  files: {
    "docker-compose.yml": `
services:
  db: { image: postgres, environment: { POSTGRES_PASSWORD: secret } }
  api: { build: ., ports: ["8000:8000"], environment: { DATABASE_URL: "postgres://postgres:secret@db/postgres" } }
`,
  },
  parts: {},
  pairs: [],
  door: "api",
};

function run(root: string, flags: InitFlags): Promise<Written> {
  return writeInto(root, { ...flags, compose: (flags.compose ?? ["docker-compose.yml"]).map((path) => join(root, path)) }, null);
}

/** As `planSuite` does it, without files in between: every suite, with all that it names. */
function assertDecidable(drafts: readonly Draft[]): void {
  const read = (path: string): unknown => parse(drafts.find((draft) => draft.path.endsWith(path))?.text ?? "");
  const target = parseTarget({ ...z.record(z.string(), z.unknown()).parse(read("/target.yaml")), objectives: read("/objectives.yaml") });
  checkTarget(target);
  const suites = drafts.filter(({ path }) => path.includes("/suites/")).map(({ text }) => parseSuite(parse(text)));
  expect(suites.map(({ name }) => name)).toEqual(["gate", "nightly"]);
  for (const suite of suites) {
    checkSuite(suite, target);
    const named = suite.scenarios.map((path) => parseScenario(read(path.replace("../", ""))));
    for (const scenario of named) checkScenario(scenario, target);
    refuseUndecidable({ suite, target, targetFolder: "", seed: 0, scenarios: named.flatMap((scenario) => composeScenarios(scenario, 0)) });
  }
}

/** A folder `shop` with the files of a case. */
function projectOf(row: ComposeCase | undefined): Disposable & { path: string } {
  const folder = temporaryFolder();
  const path = join(folder.path, "shop");
  for (const [name, text] of Object.entries(row?.files ?? {})) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

function contents(root: string): Record<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => statSync(join(root, path)).isFile());
  return Object.fromEntries(paths.toSorted().map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

function fates(decided: Written["decided"]): string[] {
  return [...new Set(decided.map(({ fate }) => fate))];
}

function hasRedis({ parts }: ComposeCase): boolean {
  return Object.values(parts).some((part) => part.startsWith("redis"));
}
