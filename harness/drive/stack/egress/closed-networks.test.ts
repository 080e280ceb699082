import { createServer } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { allowFileSchema } from "../../../scenario/target/allow.ts";
import { assertClosed, closed } from "./closed-networks.ts";

interface Network {
  Name: string;
  Internal: boolean;
  EnableIPv6?: boolean;
  Options: Record<string, string> | null;
}

const door: Network = { Name: "roadworthy-1_rw-door", Internal: false, Options: {} };
const ofDocker: Network = { Name: "roadworthy-1_rw-api", Internal: true, EnableIPv6: false, Options: closed.driver_opts };
/** It says so as a warning when the network is made, and forgets the option. */
const ofPodman: Network = { Name: "roadworthy-1_rw-api", Internal: true, Options: {} };

/** What is said when an engine tells of these networks. */
async function looked(networks: Network[], compose: object = {}): Promise<string[]> {
  using folder = temporaryFolder();
  const path = join(folder.path, "engine.sock");
  const server = createServer((request, response) => {
    const isAsked = request.url?.startsWith("/networks?") === true && decodeURIComponent(request.url).includes("org.roadworthy.run=run-1");
    response.writeHead(isAsked ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(networks));
  });
  server.listen(path);
  await once(server, "listening");
  const notes: string[] = [];
  try {
    const { compose: allowance } = allowFileSchema.parse({ compose });
    await assertClosed({ endpoint: `unix://${path}`, run: "run-1" }, { engine: "Podman 4.3.1", allowance, onProgress: (note) => notes.push(note) });
  } finally {
    const isClosed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await isClosed;
  }
  return notes;
}

test("R38: networks that the engine has closed to its machine are fine, and nothing is said; the door's needs no closing", async () => {
  expect(await looked([door, ofDocker])).toEqual([]);
});

test.each<[string, Network]>([
  ["takes no notice of the option", ofPodman],
  ["tells no options", { ...ofPodman, Options: null }],
  ["has it off", { ...ofDocker, Options: { ...closed.driver_opts, "com.docker.network.bridge.inhibit_ipv4": "false" } }],
  ["has version 6 on, where its machine has an address all the same", { ...ofDocker, EnableIPv6: true }],
  ["leaves a way out", { ...ofDocker, Internal: false }],
])("R38: an engine that %s is refused", async (_title, network) => {
  await expect(looked([door, ofDocker, network])).rejects.toMatchObject({
    code: "not-allowed",
    exitCode: 64,
    message: expect.stringContaining("Podman 4.3.1 has not closed 1 of 2 networks"),
    hint: expect.stringContaining("compose: machine: { reason: … }"),
  });
});

test("R38: where the allow file has it, the run goes on, and says what is open", async () => {
  expect(await looked([door, ofPodman], { machine: { reason: "a machine of its own" } })).toEqual([expect.stringMatching(/^the services' containers can reach whatever listens on the machine.*compose\.machine/)]);
});
