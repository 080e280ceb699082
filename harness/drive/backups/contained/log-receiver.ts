/**
 * Receives PostgreSQL's write-ahead log as it comes, beside the server and apart from its data: a container of the same image, in the server's own
 * network, where its image lets replication in. It is labelled as the run's, and goes with it.
 */

import { z } from "zod";
import { RoadworthyError } from "../../../base/error.ts";
import { nowUs, poll } from "../../../base/time.ts";
import { getArchive, putArchive } from "../../stack/volume/engine-stream.ts";
import { endOfTar, tarFolder, type Tar } from "../../stack/volume/tar.ts";
import { runLabel } from "../../supervisor/system/engine-containers.ts";
import { askEngine, engineJson, refusedBy, type EngineCall } from "../../supervisor/system/engine.ts";
import type { Site } from "../backup.ts";
import { askInside, connectionInside } from "./postgres-inside.ts";
import { containersIn, enough, keepTar, storeContainer } from "./store-container.ts";

type AnySite = Omit<Site, "spec">;

const callWithinMs = 20_000;
const lookEveryMs = 100;
const logFolder = "pg_wal";
const createdSchema = z.object({ Id: z.string() });

/** Resolves with its container once it receives. */
export async function startReceiver(site: AnySite): Promise<string> {
  const { endpoint, inspected } = await storeContainer(site);
  const { args, env } = connectionInside(site, { endpoint, inspected });
  const wish = {
    Image: inspected.Image,
    Entrypoint: ["pg_receivewal"],
    // Each time that it loses the server it is started anew, which finds the server's network as it is by then.
    Cmd: [...args, "--directory", `/${logFolder}`, "--synchronous", "--no-loop"],
    User: "0:0",
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: { [runLabel]: containersIn(site.stack).project.run },
    Healthcheck: { Test: ["NONE"] },
    HostConfig: { NetworkMode: `container:${inspected.Id}`, RestartPolicy: { Name: "always" } },
  };
  const { Id: id } = await engineJson(endpoint, { method: "POST", path: "/containers/create", body: wish, withinMs: callWithinMs }, { of: createdSchema, status: [201] });
  await putArchive(endpoint, { container: id, path: "/", signal: enough(site) }, emptyFolder());
  await containersIn(site.stack).act(id, { path: "/containers/{id}/start", done: [204, 304], withinMs: callWithinMs });
  const receives = async (): Promise<true | undefined> => (Number((await askInside("select count(*) from pg_stat_replication where application_name = 'pg_receivewal' and state = 'streaming'", site))[0]?.[0]) > 0 ? true : undefined);
  if ((await poll(receives, { intervalMs: lookEveryMs, deadlineUs: Math.min(site.deadlineUs, nowUs() + callWithinMs * 1000), signal: site.signal })) === undefined) {
    const said = await containersIn(site.stack).lastLines(id, 3);
    throw new RoadworthyError("stack-unavailable", `pg_receivewal receives nothing from ${site.node}: ${said.join("; ")}`, { where: site.node, hint: "see whether pg_hba.conf lets replication in from 127.0.0.1, or leave it out with `wal: false`" });
  }
  return id;
}

/** All that it has received, with names that begin with `pg_wal/`. It ends with that. */
export async function takeLog(receiver: string, to: string, site: AnySite): Promise<void> {
  const containers = containersIn(site.stack);
  const { endpoint } = containers.project;
  await containers.act(receiver, { path: "/containers/{id}/stop?t=2", done: [204, 304], withinMs: callWithinMs });
  const tar = await getArchive(endpoint, { container: receiver, path: `/${logFolder}`, signal: enough(site) });
  if (tar === null) throw new RoadworthyError("stack-unavailable", "the received log is gone", { where: site.node, hint: "see what removed its container" });
  await keepTar(to, tar);
  const call: EngineCall = { method: "DELETE", path: `/containers/${receiver}?force=1&v=1`, withinMs: callWithinMs };
  const answer = await askEngine(endpoint, call);
  if (answer.status >= 400 && answer.status !== 404) throw refusedBy(call, answer);
}

async function* emptyFolder(): Tar {
  yield await Promise.resolve(tarFolder({ name: logFolder, uid: 0, gid: 0 }));
  yield endOfTar;
}
