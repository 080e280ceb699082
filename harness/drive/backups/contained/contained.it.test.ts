/** The same ways for stores in containers, on a real engine where there is one with the images of `npm run images`: with the tools that the store's own image has. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dice, freshToken } from "../../../base/random.ts";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { nowUs, poll, timeoutSignal, type InstantUs } from "../../../base/time.ts";
import type { JsonEvent } from "../../../log/event.ts";
import type { BackupSpec } from "../../../scenario/drill/backup.ts";
import { allowFileSchema } from "../../../scenario/target/allow.ts";
import { targetSchema } from "../../../scenario/target/target.ts";
import type { Act } from "../../../sli/concepts/fault-times.ts";
import { injectFault } from "../../faults/index.ts";
import { Drill } from "../../run/drill/drill.ts";
import { bootDocker } from "../../stack/docker.ts";
import { inspectImage } from "../../stack/docker/images.ts";
import { runQuery } from "../../stack/query.ts";
import type { Stack } from "../../stack/stack.ts";
import { engineEndpoint } from "../../stack/tools/container-engine.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import { startSupervisor } from "../../supervisor/connect.ts";
import { askEngine } from "../../supervisor/system/engine.ts";

const endpoint = engineEndpoint();
const images = { POSTGRES_IMAGE: "roadworthy/postgres:local", REDIS_IMAGE: "roadworthy/redis:local", TOXIPROXY_IMAGE: "roadworthy/toxiproxy:local" };
const areHere = await Promise.all(Object.values(images).map((image) => inspectImage(endpoint, image))).then(
  (found) => found.every((image) => image !== null),
  () => false,
);

const compose = `
services:
  db:
    image: \${POSTGRES_IMAGE}
    environment: { POSTGRES_DB: shop, POSTGRES_USER: shop, POSTGRES_PASSWORD_FILE: /run/secrets/db }
    # It ends at once without its secret, which nobody but Compose puts into a container.
    command: ["sh", "-ec", "POSTGRES_PASSWORD=$$(cat /run/secrets/db); export POSTGRES_PASSWORD; exec entrypoint postgres"]
    secrets: [db]
    volumes: ["db-data:/var/lib/postgresql/data"]
    restart: always
  cache:
    image: \${REDIS_IMAGE}
    command: ["redis-server", "--appendonly", "yes", "--appendfsync", "always"]
    restart: always
secrets: { db: { environment: DB_PASSWORD } }
volumes: { db-data: { name: users-own } }
`;

const target = targetSchema.parse({
  name: "contained",
  title: "Contained",
  compose: { files: ["compose.yaml"] },
  nodes: { db: { kind: "postgres", database: "shop", user: "shop", password: "shop" }, cache: { kind: "redis" } },
  ledgers: { writes: { readBack: { rows: [{ via: "sql", node: "db", statement: "select id from kept" }] } } },
});

const rows = { rows: { via: "sql" as const, node: "db", statement: "select count(*) from kept" } };
const entries = { entries: { via: "redis" as const, node: "cache", command: ["LLEN", "kept"] } };

describe.skipIf(!areHere)("in containers, what is backed up is there again", () => {
  const folder = temporaryFolder();
  let supervisor: Supervisor;
  let stack: Stack;
  let log: JsonEvent[] = [];

  beforeAll(async () => {
    writeFileSync(join(folder.path, "compose.yaml"), compose);
    const run = `contained-${freshToken(8)}`;
    supervisor = await startSupervisor({ run, stateFolder: folder.path });
    const environment = { ...Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""])), ...images, DB_PASSWORD: "of a secret" };
    stack = await bootDocker(target, { supervisor, run, targetFolder: folder.path, environment, allowance: allowFileSchema.parse({}).compose, onProgress: () => {}, signal: timeoutSignal(50_000) });
  });
  afterAll(async () => {
    await supervisor.close();
    folder[Symbol.dispose]();
  });
  beforeEach(() => {
    log = [];
  });

  const limits = { timeoutMs: 5_000 };
  const sql = (statement: string): Promise<string[][]> => runQuery({ via: "sql", node: "db", statement }, stack.addresses, limits);
  const redis = (...command: string[]): Promise<string[][]> => runQuery({ via: "redis", node: "cache", command }, stack.addresses, limits);
  const order = (node: string) => ({ id: `of-${node}`, node, withinMs: 30_000 });
  const drillOf = (node: string, spec: BackupSpec): Drill =>
    new Drill({ stack: { ...stack, target: { ...target, backups: { [node]: spec } } }, log: { write: (event) => log.push(event), sync: () => {} }, signal: timeoutSignal(60_000) });
  const failures = (): string[] => log.flatMap((event) => (event.type === "operation" && event.stage === "failed" ? [event.why] : []));

  async function destroy(node: string): Promise<Act> {
    const fault = await injectFault({ kind: "store-destroy", node, destructive: true }, stack, { holdMs: 20_000, roll: dice(1, "destroy"), signal: timeoutSignal(20_000) });
    expect((await fault.untilActive(timeoutSignal(10_000))).what).toMatch(/its container is gone with its volume$/);
    await fault[Symbol.asyncDispose]();
    return fault.injected;
  }

  function told(beganUs: InstantUs, lost: Act): void {
    expect(failures()).toEqual([]);
    const restored = log.find((event) => event.type === "restored");
    expect(restored?.ageMs).toBeGreaterThanOrEqual(0);
    expect(restored?.ageMs).toBeLessThanOrEqual((lost.beganUs - beganUs) / 1000);
    expect(log.flatMap((event) => (event.type === "operation" && event.stage === "ended" ? [event.bytes] : []))).toEqual([expect.any(Number), expect.any(Number)]);
    expect(log.filter((event) => event.type === "restore-check").map(({ why }) => why)).toEqual([null]);
  }

  test("PostgreSQL by a dump: as it was then", async () => {
    using drill = drillOf("db", { by: "dump", checks: rows, ledgers: ["writes"] });
    expect(await drill.unavailable("db")).toBeNull();
    const beganUs = nowUs();
    await sql("create table kept (id int primary key); insert into kept values (1)");
    await drill.backUp(order("db"));
    await sql("insert into kept values (2)");
    const lost = await destroy("db");
    await drill.restore(order("db"), lost);
    await drill.checked();
    expect(failures()).toEqual([]);
    expect(await sql("insert into kept values (3); select id from kept order by id")).toEqual([["1"], ["3"]]);
    told(beganUs, lost);
  });

  test("PostgreSQL by a base backup: with all of the log that was received since, and the settings of the server", async () => {
    using drill = drillOf("db", { by: "base-backup", wal: true, checks: rows, ledgers: ["writes"] });
    expect(await drill.unavailable("db")).toBeNull();
    await sql("drop table if exists kept; create table kept (id int primary key); insert into kept values (1)");
    await sql("alter system set work_mem = '5MB'");
    await drill.backUp(order("db"));
    expect(failures()).toEqual([]);
    const lateUs = nowUs();
    await sql("insert into kept values (2)");
    const received = async (): Promise<true | undefined> => ((await sql("select flush_lsn >= pg_current_wal_flush_lsn() from pg_stat_replication"))[0]?.[0] === "t" ? true : undefined);
    expect(await poll(received, { intervalMs: 20, deadlineUs: nowUs() + 10_000_000 })).toBe(true);
    const lost = await destroy("db");
    await drill.restore(order("db"), lost);
    await drill.checked();
    expect(failures()).toEqual([]);
    expect(await sql("insert into kept values (3); select id from kept order by id")).toEqual([["1"], ["2"], ["3"]]);
    expect(await sql("show work_mem")).toEqual([["5MB"]]);
    told(lateUs, lost);
  });

  test.each(["rdb", "aof"] as const)("Redis by %s: as it was then, with its append-only files", async (by) => {
    using drill = drillOf("cache", { by, checks: entries, ledgers: ["writes"] });
    expect(await drill.unavailable("cache")).toBeNull();
    const beganUs = nowUs();
    await redis("DEL", "kept");
    await redis("RPUSH", "kept", "1");
    await drill.backUp(order("cache"));
    await redis("RPUSH", "kept", "2");
    const lost = await destroy("cache");
    await drill.restore(order("cache"), lost);
    await drill.checked();
    expect(failures()).toEqual([]);
    await redis("RPUSH", "kept", "3");
    expect(await redis("LRANGE", "kept", "0", "-1")).toEqual([["1"], ["3"]]);
    told(beganUs, lost);
  });

  test("R38: the user's own name for a volume means nothing", async () => {
    expect((await askEngine(endpoint, { method: "GET", path: "/volumes/users-own", withinMs: 5_000 })).status).toBe(404);
  });
});
