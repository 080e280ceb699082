/** Images for tests, without a registry: one of a static busybox, one of the real Toxiproxy with the libraries that it asks for. They stay in the engine. */

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { onPath } from "../tools/go-tool.ts";
import { provideToxiproxy } from "../tools/toxiproxy-binary.ts";
import { inspectImage } from "./images.ts";

export interface TestImages {
  readonly busybox: string;
  readonly toxiproxy: string;
}

const applets = ["sh", "sleep", "mkdir", "wget", "httpd", "nslookup", "sed", "tail"];

/** null where there is no busybox. */
export async function testImages(endpoint: string): Promise<TestImages | null> {
  const program = onPath("busybox");
  if (program === null) return null;
  const images = { busybox: "roadworthy-it/busybox:1", toxiproxy: "roadworthy-it/toxiproxy:1" };
  if ((await inspectImage(endpoint, images.busybox)) === null) await importBusybox(endpoint, images.busybox, program);
  if ((await inspectImage(endpoint, images.toxiproxy)) === null) await importToxiproxy(endpoint, images.toxiproxy);
  return images;
}

async function importBusybox(endpoint: string, image: string, program: string): Promise<void> {
  using folder = temporaryFolder();
  put(folder.path, program, "/bin/busybox");
  for (const applet of applets) symlinkSync("busybox", join(folder.path, "bin", applet));
  await importFolder(endpoint, { image, folder: folder.path, changes: [] });
}

async function importToxiproxy(endpoint: string, image: string): Promise<void> {
  using folder = temporaryFolder();
  const { path } = await provideToxiproxy(() => {});
  put(folder.path, path, "/toxiproxy");
  for (const library of await librariesOf(path)) put(folder.path, library, library);
  await importFolder(endpoint, { image, folder: folder.path, changes: ['ENTRYPOINT ["/toxiproxy"]'] });
}

function put(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  copyFileSync(from, join(root, to));
}

async function librariesOf(program: string): Promise<string[]> {
  try {
    const { stdout } = await promisify(execFile)("ldd", [program]);
    return stdout.split("\n").flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  } catch {
    // A static one has none.
    return [];
  }
}

async function importFolder(endpoint: string, { image, folder, changes }: { image: string; folder: string; changes: readonly string[] }): Promise<void> {
  // With its tag in the name: Podman 4 takes no notice of `tag`.
  const query = new URLSearchParams([["fromSrc", "-"], ["repo", image], ...changes.map((change) => ["changes", change])]);
  const tar = spawn("tar", ["-C", folder, "-cf", "-", "."], { stdio: ["ignore", "pipe", "inherit"] });
  const call = request({ socketPath: endpoint.slice("unix://".length), method: "POST", path: `/images/create?${query.toString()}`, headers: { "content-type": "application/x-tar" } });
  const answered = once(call, "response");
  tar.stdout.pipe(call);
  const [response] = await answered;
  for await (const _chunk of response);
}
