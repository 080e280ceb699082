import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { allPowers, enginePowers, type EnginePowers } from "./engine-powers.ts";

async function powersOf(info: unknown): Promise<EnginePowers> {
  using folder = temporaryFolder();
  const path = join(folder.path, "engine.sock");
  const server = createServer((request, response) => response.writeHead(request.url === "/info" ? 200 : 404).end(JSON.stringify(info)));
  server.listen(path);
  await once(server, "listening");
  try {
    return await enginePowers(`unix://${path}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test("an engine with all control groups can do all, and so can one that says nothing of them", async () => {
  expect(await powersOf({ CgroupDriver: "systemd", CpuCfsQuota: true, MemoryLimit: true })).toEqual(allPowers);
  expect(await powersOf({})).toEqual(allPowers);
});

test("without root and control groups it can neither freeze nor limit, and its processes cannot be told apart", async () => {
  const powers = await powersOf({ SecurityOptions: ["name=seccomp,profile=default", "name=rootless"], CgroupDriver: "none", CpuCfsQuota: false, MemoryLimit: false });
  const { meetMachine, ...others } = powers;
  expect(meetMachine).toContain("host.docker.internal");
  for (const why of Object.values(others)) expect(why).toContain("no control groups");
});

test("without root, where systemd delegates some of them: what is missing is named alone", async () => {
  const powers = await powersOf({ CgroupDriver: "systemd", CpuCfsQuota: false, MemoryLimit: true });
  expect(powers).toEqual({ ...allPowers, limitProcessors: expect.stringContaining("cannot limit processors") });
});
