/** What a compose file tells its services in confidence, on a stack that does not come up: what they print goes into the message of its end. */

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testImages } from "../../drive/stack/docker/test-images.fixture.ts";
import { engineEndpoint, engineVersion } from "../../drive/stack/tools/container-engine.ts";
import { command, newWorld, onlyRun } from "./command.fixture.ts";

const endpoint = engineEndpoint();
const images = await engineVersion(endpoint).then(
  () => testImages(endpoint),
  () => null,
);

/** One stands in the file, one comes from the command line. */
const [ofFile, ofFlag] = ["Zx9kkq7w2", "Pq4nnm8v1"];

const compose = `
services:
  api:
    image: \${BUSYBOX}
    environment: { API_TOKEN: ${ofFile}, OTHER_TOKEN: "\${OTHER_TOKEN}" }
    command: [sh, -c, "echo key $$API_TOKEN rejected; echo key $$OTHER_TOKEN rejected; sleep 600"]
    ports: ["7000:7000"]
`;

const target = `
name: shy
title: Shy
compose: { files: [compose.yaml] }
nodes: { api: { kind: container, ports: { main: 7000 }, ready: { by: http, path: /, within: 2s } } }
routes: { list: { node: api, path: / } }
objectives:
  - { id: SHY-1, statement: It comes up., source: { document: target.yaml, section: Example }, kind: own, indicator: { kind: boot }, phase: all, op: "==", limit: 0, unit: nodes }
`;

const scenario = `
name: quiet
title: No fault
target: shy
workloads: [{ name: visitors, profile: { shape: constant, rate: 20 }, journeys: [{ steps: [list] }] }]
phases: { warmUp: 500ms, baseline: 1s }
stop: none
rules: [SHY-1]
`;

function textsIn(folder: string): [string, string][] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  return files.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]);
}

test.skipIf(images === null)("R32: passwords of compose files get into no file of a run whose stack does not come up, and not on the terminal", async () => {
  using world = newWorld();
  const file = (name: string, text: string): void => writeFileSync(join(world.tiny, name), text);
  file("compose.yaml", compose);
  file("target.yaml", target);
  file("quiet.yaml", scenario);
  const variables = { DOCKER_HOST: endpoint, BUSYBOX: images?.busybox ?? "", TOXIPROXY_IMAGE: images?.toxiproxy ?? "" };
  Object.assign(world.environment, variables);
  const ran = await command(world, "run", join(world.tiny, "quiet.yaml"), "--target", world.tiny, "--out", world.runs, "--stack", "docker", "--env", `OTHER_TOKEN=${ofFlag}`);
  const texts = [...textsIn(onlyRun(world)), ["stdout", ran.stdout], ["stderr", ran.stderr]] as const;
  const hits = texts.flatMap(([name, text]) => [ofFile, ofFlag].filter((secret) => text.includes(secret)).map((secret) => `${name}: ${secret}`));
  expect(hits).toEqual([]);
  // In the log of the run, and in that of the scenario that rules on the boot.
  const told = texts.filter(([, text]) => text.includes("key [removed] rejected")).map(([name]) => name);
  expect(told).toEqual(expect.arrayContaining(["log/harness.events", "quiet/log/harness.events", "suite.json"]));
});
