/** The client tools of PostgreSQL, which come from the machine: those of the server's own version, else newer ones. */

import { execFile } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { messageOf, RoadworthyError } from "../../base/error.ts";
import { nodeAccess, nodeAddress } from "../stack/address.ts";
import { askPostgres, type PostgresLogin } from "../stack/clients/postgres.ts";
import { minimalEnvironment } from "../stack/embedded/context.ts";
import type { Site } from "./backup.ts";

const versionWithinMs = 5_000;
const askWithinMs = 10_000;
/** Where distributions keep them, by version. */
const homes = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] as const;

export type PostgresSite = Pick<Site, "stack" | "node">;

/** Path of the tool. Errors: `tool-missing`. */
export async function postgresTool(name: string, site: PostgresSite): Promise<string> {
  const [[text = ""] = []] = await askServer("show server_version_num", site);
  const server = Math.floor(Number(text) / 10_000);
  const found = await Promise.all(candidates(name).map(async (path) => ({ path, major: await majorOf(path) })));
  const best = found.filter(({ major }) => major >= server).toSorted((a, b) => a.major - b.major)[0];
  if (best !== undefined) return best.path;
  const older = found.length === 0 ? "" : ` (there is ${found.map(({ path }) => path).join(", ")}, which is older)`;
  throw new RoadworthyError("tool-missing", `there is no ${name} for PostgreSQL ${server}${older}`, { where: name, hint: `install the client tools: \`apt install postgresql-client-${server}\`, \`brew install postgresql@${server}\`` });
}

/** Null when all of them are there. */
export async function whyNoPostgresTools(names: readonly string[], site: PostgresSite): Promise<string | null> {
  try {
    for (const name of names) await postgresTool(name, site);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Who may read and write everything: the superuser of a server of ours, else the target's own user. */
export function adminLogin({ stack, node }: PostgresSite): PostgresLogin {
  const access = nodeAccess(stack.addresses, node);
  if (access.kind !== "postgres") throw new RoadworthyError("internal", `"${node}" does not speak SQL`);
  const { database, user, password } = access;
  const superuser = stack.nodes.get(node)?.superuser ?? null;
  return superuser === null ? { database, user, password } : { database, user: superuser.user, password: readFileSync(superuser.passwordFile, "utf8") };
}

export async function askServer(statement: string, site: PostgresSite): Promise<string[][]> {
  return await askPostgres(statement, { address: nodeAddress(site.stack.addresses, site.node), login: adminLogin(site), timeoutMs: askWithinMs, guard: site.stack.guard });
}

/** How a tool is told where the server is; the password is in its environment, not in its command line. */
export function connection(site: PostgresSite): { args: string[]; env: Record<string, string> } {
  const { host, port } = nodeAddress(site.stack.addresses, site.node);
  const { user, password } = adminLogin(site);
  return { args: ["--host", host, "--port", String(port), "--username", user, "--no-password"], env: { ...minimalEnvironment(), PGPASSWORD: password, PGCONNECT_TIMEOUT: "10" } };
}

function candidates(name: string): string[] {
  const versioned = homes.flatMap((home) => (existsSync(home) ? readdirSync(home).map((version) => join(home, version, "bin", name)) : []));
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "").map((folder) => join(folder, name));
  return [...new Set([...versioned, ...onPath])].filter((path) => existsSync(path));
}

/** 0 when it does not say. */
async function majorOf(path: string): Promise<number> {
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], { timeout: versionWithinMs });
    return Number(/(\d+)(\.\d+)?/.exec(stdout)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
