/** What a real process and a real container print and how they end, as it comes into a log: in time, within bounds, without secrets. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freshToken } from "../../../base/random.ts";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { nowUs, poll, timeoutSignal, type InstantUs } from "../../../base/time.ts";
import type { LogEvent } from "../../../log/event.ts";
import { readSegment } from "../../../log/segment.ts";
import { openEventWriter } from "../../../log/writer.ts";
import { targetSchema, type Target } from "../../../scenario/target/target.ts";
import { bootDocker } from "../../stack/docker.ts";
import { readersOptions } from "../../stack/docker/readers.fixture.ts";
import { testImages } from "../../stack/docker/test-images.fixture.ts";
import { bootEmbedded } from "../../stack/embedded.ts";
import type { ContainerMoment } from "../../stack/evidence/container-evidence.ts";
import type { Stack } from "../../stack/stack.ts";
import { engineEndpoint, engineVersion } from "../../stack/tools/container-engine.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { Aftermath } from "./aftermath.ts";

const token = "hunter2-hunter2";
const endpoint = engineEndpoint();
const images = await engineVersion(endpoint).then(
  () => testImages(endpoint),
  () => null,
);

/** Looks at the stack as a run does: before a fault, and after it; answers with what is in the log then. */
async function around(stack: Stack, folder: string, fault: () => Promise<InstantUs>): Promise<LogEvent[]> {
  {
    using log = openEventWriter(folder, "harness", { onError: (error) => { throw error; }, secrets: [token] });
    const aftermath = new Aftermath(stack, log, [token]);
    await aftermath.begin();
    const fromUs = nowUs();
    const latestUs = await fault();
    await aftermath.of("crash", { fromUs, latestUs, signal: timeoutSignal(10_000) });
    await aftermath.end(false);
  }
  return [...readSegment(join(folder, "harness.events"))];
}

function linesOf(events: readonly LogEvent[], process: string): string[] {
  return events.flatMap((event) => (event.type === "node-output" && event.process === process ? event.lines.map(({ stream, line }) => `${stream}: ${line}`) : []));
}

function statesOf(events: readonly LogEvent[], process: string): unknown[] {
  return events.flatMap((event) => (event.type === "node-state" ? event.states.filter((each) => each.process === process) : []));
}

async function becomes(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const seen = await poll(async () => ((await isSo()) ? true : undefined), { intervalMs: 50, deadlineUs: nowUs() + 20_000_000 });
  expect(seen).toBe(true);
}

test("a process that is killed: its lines before and after, its end, that it was started again, and no secret", async () => {
  using folder = temporaryFolder();
  const script = `console.error("token is " + process.env.API_TOKEN); console.log("\\u001b[31mpostgres://app:" + process.env.API_TOKEN + "@db/app\\u001b[0m " + "x".repeat(5000)); console.log("ready"); setInterval(() => {}, 1000)`;
  const target: Target = targetSchema.parse({
    name: "chatty",
    title: "Chatty",
    nodes: { api: { kind: "process", command: ["node", "-e", script], env: { API_TOKEN: token }, ready: { by: "log", line: "^ready$" }, restart: { policy: "always", delay: "50ms" } } },
  });
  const run = `aftermath-${freshToken(8)}`;
  await using supervisor = await startSupervisor({ run, stateFolder: folder.path });
  await using stack = await bootEmbedded(target, { supervisor, run, targetFolder: folder.path, proxyKind: "embedded", onProgress: () => {}, signal: timeoutSignal(30_000) });
  const starts: number[] = [];
  using _listening = supervisor.onNotice((notice) => notice.notice === "output" && notice.child === "api" && notice.line === "ready" && starts.push(notice.atUs));
  const events = await around(stack, join(folder.path, "log"), async () => {
    await supervisor.kill("api");
    await becomes(() => starts.length === 2);
    return nowUs();
  });
  expect(statesOf(events, "api")).toEqual([
    { node: "api", process: "api", state: "running", ended: null, outOfMemory: null, restarts: 0 },
    ...Array.from({ length: 2 }, () => ({ node: "api", process: "api", state: "running", ended: "SIGKILL", outOfMemory: null, restarts: 1 })),
  ]);
  const lines = linesOf(events, "api");
  expect(lines.filter((line) => line === "err: token is [removed]")).toHaveLength(2);
  expect(lines.filter((line) => /^out: postgres:\/\/\[removed\]@db\/app x{100,480} … \(cut\)$/.test(line))).toHaveLength(2);
  expect(JSON.stringify(events)).not.toContain(token);
});

const compose = `
services:
  api:
    image: \${BUSYBOX}
    command: ["sh", "-c", "echo token is $$API_TOKEN >&2; printf '\\\\033[31mred\\\\033[0m \\\\377\\\\n'; sleep 1000"]
    environment: { API_TOKEN: ${token} }
    restart: always
    stop_signal: SIGKILL
  once:
    image: \${BUSYBOX}
    command: ["sh", "-c", "echo nothing to do; exit 3"]
`;

const composed: Target = targetSchema.parse({ name: "chatty", title: "Chatty", compose: { files: ["docker-compose.yml"] }, nodes: { api: { kind: "container" } } });

test.skipIf(images === null)("a container that is killed: the same, from the engine, with its exit code; and one that has ended", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "docker-compose.yml"), compose);
  const run = `aftermath-${freshToken(8)}`;
  await using supervisor = await startSupervisor({ run, stateFolder: folder.path });
  const moments: ContainerMoment[] = [];
  const told: string[] = [];
  const options = readersOptions(supervisor, { run, folder: folder.path, images: images ?? { busybox: "", toxiproxy: "" } });
  await using stack = await bootDocker(composed, { ...options, onMoment: (moment) => moments.push(moment), onSecrets: (secrets) => told.push(...secrets) });
  expect(told).toContain(token);
  expect(stack.images.map(({ service, id }) => [service, id.slice(0, 7)])).toContainEqual(["api", "sha256:"]);
  const [api] = (await stack.containers?.of("api")) ?? [];
  const events = await around(stack, join(folder.path, "log"), async () => {
    await stack.containers?.act(api?.Id ?? "", { path: "/containers/{id}/restart?t=0", done: [204], withinMs: 10_000 });
    await becomes(() => moments.some(({ what }) => what === "started"));
    await becomes(async () => ((await stack.containers?.lastLines(api?.Id ?? "", 10)) ?? []).length === 4);
    return nowUs();
  });
  expect(moments).toEqual([{ process: "api", what: "exited", ended: "137 (SIGKILL)" }, { process: "api", what: "started", ended: null }]);
  expect(statesOf(events, "api").at(0)).toEqual({ node: "api", process: "api", state: "running", ended: null, outOfMemory: false, restarts: 0 });
  expect(statesOf(events, "api").at(1)).toEqual({ node: "api", process: "api", state: "running", ended: "137 (SIGKILL)", outOfMemory: false, restarts: 1 });
  expect(statesOf(events, "once").at(-1)).toMatchObject({ node: "once", state: "ended", ended: "3" });
  expect(linesOf(events, "api")).toContain("err: token is [removed]");
  expect(linesOf(events, "api")).toContain("out: red \u{FFFD}");
  expect(linesOf(events, "once")).toContain("out: nothing to do");
  expect(JSON.stringify(events)).not.toContain(token);
});
