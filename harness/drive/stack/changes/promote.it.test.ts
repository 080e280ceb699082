/** A copy of PostgreSQL takes the place of the server that it follows: whoever names that server, by a link or directly, is led to it. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freshToken } from "../../../base/random.ts";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { nowUs, poll, timeoutSignal } from "../../../base/time.ts";
import type { JsonEvent } from "../../../log/event.ts";
import { targetSchema } from "../../../scenario/target/target.ts";
import { Drill } from "../../run/drill/drill.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { nodeAccess, nodeAddress } from "../address.ts";
import { askPostgres } from "../clients/postgres.ts";
import { bootDocker } from "../docker.ts";
import { inspectImage } from "../docker/images.ts";
import { readersOptions } from "../docker/readers.fixture.ts";
import { testImages } from "../docker/test-images.fixture.ts";
import { bootEmbedded } from "../embedded.ts";
import { runQuery } from "../query.ts";
import type { Stack } from "../stack.ts";
import { engineEndpoint, engineVersion } from "../tools/container-engine.ts";
import { findToxiproxy } from "../tools/toxiproxy-binary.ts";

const target = targetSchema.parse({
  name: "pair",
  title: "A server and its copy",
  compose: { files: ["docker-compose.yml"] },
  nodes: {
    db: { kind: "postgres" },
    standby: { kind: "postgres", replicaOf: "db" },
    app: { kind: "process", command: ["node", "-e", "console.log('up'); setInterval(() => {}, 1_000)"], ready: { by: "log", line: "up" } },
  },
  links: { "app-db": { from: "app", to: "db" } },
});

const limits = { timeoutMs: 5_000 };
/** For what hangs. */
const hangsAfterMs = 60_000;

const ask = (stack: Stack, node: string, statement: string): Promise<string[][]> => runQuery({ via: "sql", node, statement }, stack.addresses, limits);

/** As the application sees the server. */
async function askByLink(stack: Stack, statement: string): Promise<string[][]> {
  const access = nodeAccess(stack.addresses, "db");
  if (access.kind !== "postgres") throw new Error("it speaks no SQL");
  const { host, port } = stack.addresses.links["app-db"] ?? nodeAddress(stack.addresses, "db");
  return await askPostgres(statement, { address: { host, port }, login: access, ...limits });
}

async function becomes(look: () => Promise<boolean>): Promise<boolean> {
  const seen = async (): Promise<true | undefined> => ((await look().catch(() => false)) ? true : undefined);
  return (await poll(seen, { intervalMs: 50, deadlineUs: nowUs() + 20_000_000 })) ?? false;
}

/** The server dies, and its copy is promoted. */
async function expectTakenOver(stack: Stack): Promise<void> {
  const log: JsonEvent[] = [];
  using drill = new Drill({ stack, log: { write: (event) => log.push(event), sync: () => {} }, signal: timeoutSignal(hangsAfterMs) });
  await askByLink(stack, "create table kept (id int); insert into kept values (1)");
  expect(await becomes(async () => (await ask(stack, "standby", "select id from kept"))[0]?.[0] === "1")).toBe(true);
  await expect(ask(stack, "standby", "insert into kept values (9)")).rejects.toThrow("read-only");

  const ending = await stack.acts.ending("db", "killed", hangsAfterMs);
  await ending.act();
  expect(await becomes(async () => (await ending.felt()) !== null)).toBe(true);
  await expect(askByLink(stack, "insert into kept values (9)")).rejects.toThrow();
  expect(await drill.promote({ id: "take-over", node: "standby", withinMs: 20_000 })).toBe(true);

  expect(await askByLink(stack, "insert into kept values (2); select id from kept order by id")).toEqual([["1"], ["2"]]);
  expect(await ask(stack, "db", "select id from kept order by id")).toEqual([["1"], ["2"]]);
  const told = log.flatMap((event) => (event.type === "operation" ? [event.stage === "advanced" ? event.what : event.stage] : []));
  expect(told).toEqual(["began", expect.stringMatching(/^takes writes \d+\.\d s after/), "app-db leads to it", expect.stringMatching(/node.db.* leads to it/), "ended"]);
  // Nothing is promoted twice.
  expect(await drill.promote({ id: "again", node: "standby", withinMs: 5_000 })).toBe(false);
  expect(log.at(-1)).toMatchObject({ stage: "failed", why: expect.stringContaining("is no copy of another server") });
}

test.for(["embedded", "toxiproxy"] as const)("processes, by the proxy %s; between two scenarios it becomes a copy again", { timeout: 120_000 }, async (proxyKind, { skip }) => {
  if (proxyKind === "toxiproxy" && findToxiproxy() === null && process.env["CI"] === undefined) skip("there is no Toxiproxy: see `roadworthy doctor`");
  const stateFolder = mkdtempSync(join(tmpdir(), "roadworthy-state-"));
  const run = `promote-${freshToken(8)}`;
  await using supervisor = await startSupervisor({ run, stateFolder });
  await using stack = await bootEmbedded(target, { supervisor, run, targetFolder: tmpdir(), proxyKind, onProgress: () => {}, signal: timeoutSignal(50_000) });
  await expectTakenOver(stack);
  await supervisor.start("db");
  await stack.reset();
  // What was written to the copy is not there; what comes is sent to it.
  expect(await askByLink(stack, "insert into kept values (3); select id from kept order by id")).toEqual([["1"], ["3"]]);
  expect(await becomes(async () => (await ask(stack, "standby", "select count(*) from kept"))[0]?.[0] === "2")).toBe(true);
  await expect(ask(stack, "standby", "insert into kept values (9)")).rejects.toThrow("read-only");
  rmSync(stateFolder, { recursive: true, force: true });
});

const endpoint = engineEndpoint();
const isHere = await engineVersion(endpoint).then(
  () => true,
  () => false,
);
/** Of `npm run images`, where no other one is named. */
const postgresImage = process.env["POSTGRES_IMAGE"] ?? "roadworthy/postgres:local";
const images = isHere && (await inspectImage(endpoint, postgresImage)) !== null ? await testImages(endpoint) : null;

const copy = `
  D=/var/lib/postgresql/data/copy; install -d -o postgres -g postgres -m 700 $$D
  exec setpriv --reuid=postgres --regid=postgres --init-groups sh -c "test -s $$D/PG_VERSION || pg_basebackup -h db -U app -D $$D -R || exit 1; exec postgres -D $$D -c listen_addresses=*"
`;
const compose = `
services:
  db:
    image: \${POSTGRES_IMAGE}
    environment: &login { POSTGRES_USER: app, POSTGRES_PASSWORD: app, POSTGRES_DB: app, PGPASSWORD: app }
    configs: [{ source: init, target: /docker-entrypoint-initdb.d/init.sql }]
    healthcheck: { test: ["CMD", "pg_isready", "--host=127.0.0.1", "--username=app"], interval: 500ms, timeout: 3s, retries: 60 }
  standby:
    image: \${POSTGRES_IMAGE}
    environment: *login
    command: ["sh", "-c", ${JSON.stringify(copy)}]
    depends_on: { db: { condition: service_healthy } }
    restart: always
  app:
    image: \${BUSYBOX}
    command: ["sh", "-c", "echo up; exec sleep 1000"]
    stop_signal: SIGKILL
configs:
  init: { content: "copy (select 'host replication all all scram-sha-256') to program 'cat >> pg_hba.conf';" }
`;

test.skipIf(images === null)("containers, of which the compose files make the copy", { timeout: 120_000 }, async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "docker-compose.yml"), compose);
  const run = `promote-${freshToken(8)}`;
  await using supervisor = await startSupervisor({ run, stateFolder: folder.path });
  const options = readersOptions(supervisor, { run, folder: folder.path, images: images ?? { busybox: "", toxiproxy: "" } });
  await using stack = await bootDocker(target, { ...options, environment: { ...options.environment, POSTGRES_IMAGE: postgresImage } });
  await expectTakenOver(stack);
  await expect(stack.reset()).rejects.toThrow("standby was promoted");
});
