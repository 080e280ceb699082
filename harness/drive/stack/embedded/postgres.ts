/**
 * Boots a node of kind `postgres`. A data folder is made once per machine and version with `initdb`, and copied for each run; two servers
 * that share its system identifier do not meet. Loopback only, no socket files, no shared memory objects outside the data folder but the
 * small System V segment that PostgreSQL insists on.
 */

import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDurationMs } from "../../../base/duration.ts";
import { RoadworthyError } from "../../../base/error.ts";
import { freshToken } from "../../../base/random.ts";
import type { NodeSpec } from "../../../scenario/target/node.ts";
import { nodeAccess } from "../address.ts";
import { askPostgres, type PostgresLogin } from "../clients/postgres.ts";
import { readyPlans, untilReady } from "../ready.ts";
import { cacheFolder } from "../tools/cache-folder.ts";
import { moveIntoPlace, preparePostgres } from "../tools/postgres-binaries.ts";
import { unprivilegedUser, type UserIds } from "../tools/run-as.ts";
import { minimalEnvironment, type BootContext } from "./context.ts";
import type { NodeLayout } from "./layout.ts";
import { embeddedVolume } from "../volume/embedded-volume.ts";
import { giveDisk } from "./small-disk.ts";
import { runToEnd, type Errand } from "./run-to-end.ts";

type PostgresSpec = Extract<NodeSpec, { kind: "postgres" }>;

const initWithinMs = 60_000;
const copyWithinMs = 30_000;
const stopWithinMs = 10_000;
const readyWithinMs = 30_000;
const statementLimitMs = 10_000;
/** Of the data folder that is copied; to be raised when the options of `initdb` change. */
const templateVersion = 1;

/** Answers with its name and version. */
export async function bootPostgres(node: NodeLayout, context: BootContext): Promise<string> {
  if (node.spec.kind !== "postgres") return "";
  const { supervisor } = context;
  const { folder: programs, found } = await preparePostgres(context);
  const runAs = unprivilegedUser();
  const template = await prepareTemplate(context, { programs, build: found.build, runAs });
  const [{ child, ports }] = node.replicas;
  const folder = makeFolder(join(supervisor.scratchFolder, child), runAs);
  const disk = await giveDisk(context, { child, folder, sizeMiB: node.spec.diskMiB, runAs });
  context.stores.set(node.name, { folder: join(disk.seenAt, "data"), disk: disk.facts });
  context.superusers.set(node.name, { user: "roadworthy", passwordFile: join(template, "password") });
  const data = join(folder, "data");
  const password = readFileSync(join(template, "password"), "utf8");
  const untilUsable = (isNew: boolean): Promise<void> => (isNew ? createDatabase(node, context, password) : untilAnswers(node, context));
  const volume = embeddedVolume(context, { child, folder: data, seenAt: join(disk.seenAt, "data"), disk, owner: runAs, template: join(template, "data"), untilReady: untilUsable });
  context.volumes.set(node.name, volume);
  const errand = errandFor(folder, runAs);
  const copy = disk.inside(["cp", "-Rp", join(template, "data"), data]);
  await runToEnd(context, { ...errand, ...copy, id: `${child}-copy`, withinMs: copyWithinMs });
  const following = followingOf(node, context);
  const follow = async (): Promise<void> => {
    await runToEnd(context, { ...errand, ...disk.inside(["touch", join(data, "standby.signal")]), id: `${child}-follow`, withinMs: copyWithinMs });
  };
  if (following !== null) await follow();
  const port = ports["main"];
  await port?.release();
  await supervisor.spawn({
    id: child,
    ...disk.inside([join(programs, "bin", "postgres"), "-D", data, ...settingsOf({ ...node.spec, settings: { ...node.spec.settings, ...replicationOf(node, context), ...following } }, port?.port ?? 0)]),
    workingFolder: folder,
    // In its environment, not in its command line: the password of the server that it follows, which is that of all.
    env: following === null ? errand.env : { ...errand.env, PGPASSWORD: password },
    restart: { policy: node.spec.restart.policy, delayMs: parseDurationMs(node.spec.restart.delay) },
    // The "fast" shutdown: sessions are ended, nothing committed is lost.
    stop: { signal: "SIGINT", withinMs: stopWithinMs },
    input: false,
  });
  if (following === null) await createDatabase(node, context, password);
  else await untilAnswers(node, context);
  if (following !== null) context.copies.set(node.name, () => volume.renew(null, follow));
  return `PostgreSQL ${found.version}`;
}

/**
 * Settings of a copy; null for what is none. It begins as the same empty server as the one that it follows, and is sent all that happened there since: over the target's link
 * where there is one, which can be cut.
 */
function followingOf({ name, spec }: NodeLayout, { layout }: BootContext): Record<string, string> | null {
  if (spec.kind !== "postgres" || spec.replicaOf === undefined) return null;
  const link = [...layout.links.values()].find((each) => each.spec.from === name && each.spec.to === spec.replicaOf);
  const port = link?.listen.port ?? layout.doors.get(spec.replicaOf)?.upstream.port ?? 0;
  return { primary_conninfo: `host=127.0.0.1 port=${port} user=roadworthy application_name=${name}`, wal_retrieve_retry_interval: "200ms" };
}

/** Of a server that has a copy: so much is kept that one can be made anew from the empty server. */
function replicationOf({ name }: NodeLayout, { layout }: BootContext): Record<string, string> {
  return layout.doors.has(name) ? { wal_keep_size: "1GB" } : {};
}

function settingsOf(spec: PostgresSpec, port: number): string[] {
  const settings = {
    ...spec.settings,
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    // Objects in /dev/shm would outlive a server that is killed.
    dynamic_shared_memory_type: "mmap",
    logging_collector: "off",
    log_destination: "stderr",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** The node counts as ready once the target's own user can use its own database. */
async function createDatabase(node: NodeLayout, { watch, signal }: BootContext, password: string): Promise<void> {
  if (node.spec.kind !== "postgres") return;
  const [{ child, ports }] = node.replicas;
  // Itself, and not who stands in its place.
  const address = { host: "127.0.0.1", port: ports["main"]?.port ?? 0 };
  const login: PostgresLogin = { user: "roadworthy", password, database: "postgres" };
  const limits = { watch, signal, endedAs: "stack-unavailable" } as const;
  await untilReady({ child, check: { by: "exchange", language: { speak: "postgres", ...login }, address }, withinMs: readyWithinMs, restarts: false }, limits);
  const { user, password: userPassword, database } = node.spec;
  const question = { address, login, timeoutMs: statementLimitMs };
  // It may make databases of its own, as the user of a server in a container may.
  await askPostgres(`create role ${quoteName(user)} login createdb password ${quoteText(userPassword)}`, question);
  await askPostgres(`create database ${quoteName(database)} owner ${quoteName(user)}`, question);
}

/** The target's own user can use its own database. */
async function untilAnswers(node: NodeLayout, { layout, watch, signal }: BootContext): Promise<void> {
  for (const plan of readyPlans(node, nodeAccess(layout.addresses, node.name))) await untilReady(plan, { watch, signal, endedAs: "stack-unavailable" });
}

function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoteText(text: string): string {
  if (text.includes("\0")) throw new RoadworthyError("target-invalid", "a password holds a zero character");
  return `'${text.replaceAll("'", "''")}'`;
}

/** A folder with `data`, as `initdb` makes it, and the password of its superuser. */
async function prepareTemplate(context: BootContext, { programs, build, runAs }: { programs: string; build: string; runAs: UserIds | null }): Promise<string> {
  const place = join(cacheFolder(), `postgresql-${build}-data-${templateVersion}-${runAs?.uid ?? "own"}`);
  if (existsSync(place)) return place;
  context.onProgress("making an empty PostgreSQL database for the first time");
  const outer = join(cacheFolder(), `making-${freshToken(10)}`);
  await context.supervisor.folder(outer);
  // Who the server runs as must be able to walk into it; what is in it is closed.
  chmodSync(outer, 0o711);
  const making = makeFolder(join(outer, "template"), runAs);
  const passwordFile = join(making, "password");
  writeFileSync(passwordFile, freshToken(32), { mode: 0o600 });
  if (runAs !== null) chownSync(passwordFile, runAs.uid, runAs.gid);
  const options = ["--username=roadworthy", `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"];
  const command = [join(programs, "bin", "initdb"), "-D", join(making, "data"), ...options];
  await runToEnd(context, { ...errandFor(making, runAs), id: `initdb-${freshToken(4)}`, command, withinMs: initWithinMs });
  moveIntoPlace(making, place);
  return place;
}

function errandFor(folder: string, runAs: UserIds | null): Pick<Errand, "workingFolder" | "env" | "runAs" | "failsAs"> {
  return { workingFolder: folder, env: minimalEnvironment(folder), runAs, failsAs: "stack-unavailable" };
}

function makeFolder(path: string, owner: UserIds | null): string {
  mkdirSync(path, { mode: 0o700 });
  if (owner !== null) chownSync(path, owner.uid, owner.gid);
  return path;
}
