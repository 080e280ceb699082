/** A small compose project that knows nothing of us: a store, two readers of it that print what they get, and an end that serves. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { allowFileSchema } from "../../../scenario/target/allow.ts";
import { targetSchema, type Target } from "../../../scenario/target/target.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import type { DockerOptions } from "../docker.ts";
import type { TestImages } from "./test-images.fixture.ts";

/** busybox looks names up by itself; what it is linked with cannot, where there is nothing but it. */
const read = "while true; do at=$$(nslookup -type=a store | sed -n 's/^Address: //p' | tail -1); wget -q -O - http://$$at:7000/ || echo failed; sleep 0.1; done";

const text = `
x-reader: &reader
  image: \${BUSYBOX}
  command: ["sh", "-c", "${read}"]
  depends_on: [store]
services:
  store:
    image: \${BUSYBOX}
    container_name: the-store
    command: ["sh", "-c", "trap 'exit 0' TERM; mkdir -p /data && echo hello > /data/index.html; httpd -f -p 7000 -h /data & wait"]
    volumes: ["data:/data"]
    ports: ["7000:7000"]
    restart: always
  one: *reader
  other: *reader
volumes: { data: { name: the-data } }
`;

export function writeReaders(folder: string): void {
  writeFileSync(join(folder, "docker-compose.yml"), text);
}

export const readersTarget: Target = targetSchema.parse({
  name: "readers",
  title: "Readers",
  compose: { files: ["docker-compose.yml"] },
  nodes: {
    store: { kind: "container", ports: { main: 7000 }, ready: { by: "http", path: "/" } },
    one: { kind: "container" },
    other: { kind: "container" },
  },
  links: { "one-store": { from: "one", to: "store" }, "other-store": { from: "other", to: "store" } },
});

export function readersOptions(supervisor: Supervisor, given: { run: string; folder: string; images: TestImages; onProgress?: (note: string) => void }): DockerOptions {
  const own = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ""]));
  return {
    supervisor,
    run: given.run,
    targetFolder: given.folder,
    environment: { ...own, BUSYBOX: given.images.busybox, TOXIPROXY_IMAGE: given.images.toxiproxy },
    // They call nobody; so they are tried on engines that cannot close their networks as well.
    allowance: allowFileSchema.parse({ compose: { machine: { reason: "nothing calls it" } } }).compose,
    onProgress: given.onProgress ?? (() => {}),
    signal: new AbortController().signal,
  };
}
