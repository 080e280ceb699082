/** A project that knows nothing of Roadworthy: what its compose file and its OpenAPI document tell, and what `init` makes of them. */

import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../harness/base/entry.ts";
import { temporaryFolder } from "../../harness/base/spawned.fixture.ts";
import { targetDraft } from "../../harness/cli/init/draft/target.ts";
import { writeInto } from "../../harness/cli/init/write-files.ts";

test.each([
  ["the shop", ["targets/shop/docker-compose.yml"]],
  ["its variant that loses orders", ["targets/shop/docker-compose.yml", "targets/shop/docker-compose.write-behind.yml"]],
])("%s is told whole from its compose file and its OpenAPI document, but for the queue and what is finished", async (_title, files) => {
  using folder = temporaryFolder();
  cpSync(join(packageRoot, "targets", "shop"), join(folder.path, "shop"), { recursive: true });
  const at = (file: string): string => join(folder.path, "shop", file.replace("targets/shop/", ""));
  const { prepared } = await writeInto(join(folder.path, "shop"), { compose: files.map(at), openapi: at("openapi.yaml") }, null);
  const { system, door, links, missing, readBack, answers } = prepared.known;
  expect(system.parts.map(({ service, role }) => `${service.name} ${role}`)).toEqual(["db postgres", "cache redis", "api http", "packer worker"]);
  expect(system.tasks.map(({ service }) => service.name)).toEqual(["migrate"]);
  expect(targetDraft(prepared.known).nodes["api"]).toMatchObject({ kind: "container", needs: ["db", "cache"], ports: { main: 8000 }, restart: { policy: "always" } });
  expect(links.map(({ name }) => name)).toEqual(["api-db", "api-cache", "packer-db", "packer-cache"]);
  expect({ door: door?.service.name, health: answers.health, deep: answers.deepCheck, reads: answers.reads }).toEqual({ door: "api", health: "/healthz", deep: "/readyz", reads: ["/orders"] });
  expect(answers.write).toEqual({ method: "POST", path: "/orders", body: '{"reference":"{{id}}","item":"book","quantity":1}', status: [201] });
  expect(readBack).toEqual({ via: "http", node: "api", path: "/orders?limit=1000&after={{cursor}}", pick: "items[].reference", next: "next" });
  expect(missing.flatMap(({ concepts }) => concepts)).toEqual(["finished-in-time", "finished-well", "queue-short"]);
});
