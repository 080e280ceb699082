/** PostgreSQL's own tools, in its container: those of the server's version, which this machine need not have. */

import { freshToken } from "../../../base/random.ts";
import { messageOf } from "../../../base/error.ts";
import { nodeAddress } from "../../stack/address.ts";
import { askPostgres, type PostgresLogin } from "../../stack/clients/postgres.ts";
import { containerPorts } from "../../stack/docker/nodes.ts";
import { runIn, type InContainer } from "../../stack/volume/exec.ts";
import type { Site } from "../backup.ts";
import { adminLogin } from "../postgres-tools.ts";
import { enough, storeContainer, variable, type StoreContainer } from "./store-container.ts";

type AnySite = Omit<Site, "spec">;

const askWithinMs = 10_000;

/** Null when all of them are there. */
export async function whyNotInside(tools: readonly string[], site: AnySite): Promise<string | null> {
  const { endpoint, inspected } = await storeContainer(site);
  for (const tool of tools) {
    try {
      await runIn(endpoint, { container: inspected.Id, command: [tool, "--version"], env: {}, signal: enough(site) });
    } catch (error) {
      return `its container cannot run ${tool} (${messageOf(error).split("\n")[0]}); back it up by a command of your own (\`by: command\`)`;
    }
  }
  return null;
}

/** The target's own user where that is a superuser; else the one that its image was told to make, where that is to be seen. */
export function loginInside(site: Pick<Site, "stack" | "node">, container: StoreContainer): PostgresLogin {
  const own = adminLogin(site);
  const password = variable("POSTGRES_PASSWORD", container);
  const isSuper = (site.stack.nodes.get(site.node)?.superuser ?? null) !== null;
  return isSuper || password === undefined ? own : { database: own.database, user: variable("POSTGRES_USER", container) ?? "postgres", password };
}

/** How a tool inside is told where the server is; the password is in its environment. */
export function connectionInside(site: Pick<Site, "stack" | "node">, container: StoreContainer): { args: string[]; env: Record<string, string> } {
  const { user, password } = loginInside(site, container);
  const port = containerPorts(site.stack.target, site.node)["main"];
  return { args: ["--host", "127.0.0.1", "--port", String(port), "--username", user, "--no-password"], env: { PGPASSWORD: password, PGCONNECT_TIMEOUT: "10" } };
}

/** `args`: behind those that say where the server is. What still runs inside when the time is over is ended at the server. */
export async function runInside(tool: string, args: readonly string[], given: { readonly site: AnySite } & Pick<InContainer, "input" | "output">): Promise<void> {
  const { site, ...streams } = given;
  const container = await storeContainer(site);
  const connection = connectionInside(site, container);
  const name = `roadworthy-${freshToken(8)}`;
  try {
    await runIn(container.endpoint, { container: container.inspected.Id, command: [tool, ...connection.args, ...args], env: { ...connection.env, PGAPPNAME: name }, signal: enough(site), ...streams });
  } catch (error) {
    await askInside(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${name}'`, site).catch(() => []);
    throw error;
  }
}

export async function askInside(statement: string, site: Pick<Site, "stack" | "node">): Promise<string[][]> {
  const login = loginInside(site, await storeContainer(site));
  return await askPostgres(statement, { address: nodeAddress(site.stack.addresses, site.node), login, timeoutMs: askWithinMs, guard: site.stack.guard });
}
