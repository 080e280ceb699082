import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RoadworthyError } from "../../../base/error.ts";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { startFixtureEngine } from "../../supervisor/system/engine.fixture.ts";
import { engineEndpoint, publishesToAnyAddress, watchEngine } from "./container-engine.ts";

test("the engine is the one that the user's own client uses", () => {
  expect(engineEndpoint({ DOCKER_HOST: "tcp://127.0.0.1:2375" })).toBe("tcp://127.0.0.1:2375");
  expect(engineEndpoint({ DOCKER_HOST: "" })).toMatch(/^unix:\/\//);
});

test("an engine that stops is told of once", async () => {
  const lost = Promise.withResolvers<RoadworthyError>();
  let count = 0;
  const engine = await startFixtureEngine();
  using _watch = watchEngine(engine.project.endpoint, (error) => lost.resolve(Object.assign(error, { count: (count += 1) })), { everyMs: 5, silentMs: 1_000 });
  await engine[Symbol.asyncDispose]();
  expect(await lost.promise).toMatchObject({ code: "engine-lost", hint: expect.stringContaining("roadworthy heal") });
  expect(count).toBe(1);
});

test("so is one that takes connections and answers nobody", async () => {
  using folder = temporaryFolder();
  const server = createServer();
  server.listen(join(folder.path, "engine.sock"));
  await once(server, "listening");
  const lost = Promise.withResolvers<RoadworthyError>();
  using _watch = watchEngine(`unix://${join(folder.path, "engine.sock")}`, lost.resolve, { everyMs: 5, silentMs: 50 });
  expect(await lost.promise).toMatchObject({ code: "engine-lost", message: expect.stringContaining("does not answer") });
  server.close();
});

test.each([
  ["Podman without root", "Podman 4.3.1", { Rootless: true }, true],
  ["Podman with it", "Podman 4.3.1", { Rootless: false }, false],
  ["Docker without root", "Docker Engine 29.0.0", { SecurityOptions: ["name=rootless"] }, false],
])("where published ports lead: %s", async (_title, engine, info, isAny) => {
  using folder = temporaryFolder();
  const path = join(folder.path, "engine.sock");
  const server = createHttpServer((request, response) => response.writeHead(request.url === "/info" ? 200 : 404).end(JSON.stringify(info)));
  server.listen(path);
  await once(server, "listening");
  expect(await publishesToAnyAddress(`unix://${path}`, engine)).toBe(isAny);
  server.close();
  server.closeAllConnections();
});
