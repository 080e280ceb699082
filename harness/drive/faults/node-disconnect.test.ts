import { expect, test } from "vitest";
import { inspectContainer, type Inspected } from "../supervisor/system/engine-containers.ts";
import { container, startFixtureEngine } from "../supervisor/system/engine.fixture.ts";
import { placesToLeave } from "./node-disconnect.ts";

test("a container that lives in the network of another cannot be taken out of it: that is said, and not that it was done", async () => {
  await using engine = await startFixtureEngine();
  engine.containers.set("a", container({ networks: ["net"] })).set("sidecar", container({ networks: [] }));
  const found = async (id: string): Promise<Inspected[]> => [await inspectContainer(engine.project, id)].filter((one) => one !== null);
  const [own, sidecar] = [await found("a"), await found("sidecar")];
  expect(placesToLeave(own).map(({ network }) => network)).toEqual(["net"]);
  expect(() => placesToLeave([...own, ...sidecar])).toThrow(expect.objectContaining({ code: "fault-unavailable", message: expect.stringContaining("sidecar is in no network of its own") }));
});
