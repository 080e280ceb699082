/** Secrets of a target and of the environment, printed by everything that can print, and then looked for in the log and in every output (R32). */

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../base/spawned.fixture.ts";
import { writeOutputs } from "../cli/outputs.ts";
import { scenarioEvents, syntheticRun, syntheticScenarios } from "../judge/corpus/synthetic.fixture.ts";
import { explainObjective, type JudgedSuite } from "../judge/index.ts";
import type { LogEvent, RunHeader } from "../log/event.ts";
import { secretsOf, secretsOfEnvironment } from "../log/secrets.ts";
import { parseTarget } from "../scenario/parse.ts";
import type { Target } from "../scenario/target/target.ts";
import { scriptedHeader, scriptedStartUs } from "../sli/scripted/header.fixture.ts";
import { writeLog } from "../sli/scripted/store.fixture.ts";
import { annotations } from "../../reports/index.ts";
import { renderTerminal } from "../../reports/terminal.ts";

/** Twelve secrets, each with letters that other spellings change; the third stands inside a URL and is plainer. */
const canaries = Array.from({ length: 12 }, (_, number) => (number === 2 ? "canary-03-xyz" : `cänary-${String(number + 1).padStart(2, "0")}/+?=x`));
const [password = "", variable = "", inUrl = "", header = "", inBody = "", inPath = "", inStep = "", argument = "", ofStore = "", token = "", accessKey = "", line = ""] = canaries;
const environment = { API_TOKEN: token, AWS_SECRET_ACCESS_KEY: `${accessKey}\n${line}`, HOME: "/home" };

const spellings = canaries.flatMap((canary) => [canary, Buffer.from(canary).toString("base64").replace(/=+$/, ""), Buffer.from(canary).toString("base64url"), encodeURIComponent(canary)]);
/** Everything at once, the base64 also with something before it, as in a basic authorization. */
const leak = canaries
  .flatMap((canary) => [canary, Buffer.from(canary).toString("base64"), encodeURIComponent(canary), `Basic ${Buffer.from(`app:${canary}`).toString("base64")}`, JSON.stringify({ note: canary })])
  .join(" | ");

function targetWithSecrets(): Target {
  const { target } = syntheticRun();
  return parseTarget({
    ...target,
    nodes: {
      api: {
        kind: "process",
        command: ["orders", `--api-key=${encodeURIComponent(argument)}`],
        env: { DB_PASSWORD: variable, DATABASE_URL: `postgres://app:${inUrl}@{{link:api-store}}/app`, PLAIN: "shown" },
        before: [{ command: ["migrate"], env: { MIGRATION_SECRET: inStep } }],
        needs: ["store"],
      },
      store: { kind: "postgres", password },
      cache: { kind: "redis", settings: { requirepass: ofStore } },
    },
    routes: {
      ...target.routes,
      login: { node: "api", path: `/login?token=${encodeURIComponent(inPath)}`, headers: { authorization: `Bearer ${header}` }, body: JSON.stringify({ user: "app", password: inBody }) },
    },
  });
}

function leaks(at: number): LogEvent[] {
  return [
    { type: "output", at, process: "api", stream: "out", line: leak },
    { type: "probe", at, probe: "api-deep", intendedUs: at, tookMs: 1, ok: true, why: leak },
    { type: "probing-failed", at, what: leak, why: leak },
    { type: "gauge", at, gauge: "queue", value: null, why: leak },
    { type: "request-errors", at, route: "place", outcome: "reset", message: leak, count: 1 },
    { type: "fault", at, id: "cut", kind: "link-down", on: "api-store", stage: "settled", witness: { seen: true, what: leak } },
    { type: "read-back-failed", at, ledger: "orders", way: "api", why: leak },
    { type: "fact", at, fact: "attempts", values: null, why: leak },
    { type: "process", at, process: "api", what: "gave-up", pid: 0, ended: leak },
    { type: "boot", at, bootMs: 1, versions: [leak], ready: [], notReady: [] },
  ];
}

interface Written {
  folder: string;
  judged: JudgedSuite;
}

function writeRun(folder: string, target: Target, secrets: readonly string[], leaking: (at: number) => LogEvent[]): Written {
  const run = { ...syntheticRun({ variant: "fail" }), target };
  const repeat = (events: readonly LogEvent[]): LogEvent[] => events.map((event) => (event.type === "run" ? { ...event, repeat: `npx roadworthy --target http://app:${inUrl}@host/?q=${inUrl}` } satisfies RunHeader : event));
  for (const [index, scenario] of syntheticScenarios().entries()) {
    const events = scenarioEvents(run, index, { variant: "fail" });
    const [first, ...rest] = events;
    if (first === undefined) throw new RangeError("a scripted scenario has events");
    writeLog(join(folder, scenario.name, "log"), repeat([first, ...leaking(first.at + 1), ...rest]), secrets);
  }
  const at = scriptedStartUs + 1;
  const command = leaking(at).length === 0 ? "kill -9 4002" : leak;
  const stop: LogEvent = { type: "stop", at, why: "error", code: "process-died", message: command, hint: command };
  writeLog(join(folder, "log"), repeat([scriptedHeader(run, null), stop, { type: "cleanup", at, complete: false, left: [{ kind: "process", id: command, command }] }, { type: "end", at }]), secrets);
  return { folder, judged: writeOutputs(folder) };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
}

test("R32: 12 secrets, in 3 spellings each, are in none of the outputs and nowhere in the log", () => {
  using folder = temporaryFolder();
  const target = targetWithSecrets();
  const secrets = secretsOf({ target, scenarios: syntheticScenarios() }, secretsOfEnvironment(environment));
  const { judged } = writeRun(folder.path, target, secrets, leaks);
  const files = filesIn(folder.path);
  const texts = new Map(files.map((path) => [path.slice(folder.path.length + 1), readFileSync(path, "utf8")]));
  texts.set("terminal", renderTerminal(judged, { color: false, width: 120, all: true, folder: folder.path }));
  texts.set("annotations", annotations(judged).join("\n"));
  texts.set("explanation", explainObjective(folder.path, "ORD-07"));
  expect([...texts.keys()]).toEqual(expect.arrayContaining(["suite.json", "junit.xml", "report.md", "report.html", "steady/verdict.json", "terminal", "log/harness.events", "steady/log/load.events", "steady/log/probe.events"]));
  const hits = [...texts].flatMap(([name, text]) => spellings.filter((spelling) => text.includes(spelling)).map((spelling) => `${name}: ${spelling}`));
  expect(hits).toEqual([]);
  expect(texts.get("log/harness.events")).toContain("[removed]");
});

test("R32: this test sees a secret that is not taken out", () => {
  using folder = temporaryFolder();
  writeRun(folder.path, targetWithSecrets(), [], leaks);
  const text = filesIn(folder.path).map((path) => readFileSync(path, "utf8")).join("\n");
  for (const canary of canaries) expect(text).toContain(canary);
});

test("R32: a run without its secrets is judged as it would be with them", () => {
  using folder = temporaryFolder();
  const { target } = syntheticRun();
  const plain = parseTarget({ ...target, nodes: { ...target.nodes, cache: { kind: "redis" } } });
  const secret = targetWithSecrets();
  const secrets = secretsOf({ target: secret, scenarios: syntheticScenarios() }, secretsOfEnvironment(environment));
  const one = writeRun(join(folder.path, "one"), plain, [], () => []);
  const other = writeRun(join(folder.path, "other"), secret, secrets, () => []);
  expect(other.judged.suite).toEqual(one.judged.suite);
  expect(other.judged.scenarios.map(({ verdict }) => verdict)).toEqual(one.judged.scenarios.map(({ verdict }) => verdict));
});
