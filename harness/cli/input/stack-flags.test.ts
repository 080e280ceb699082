import { expect, test } from "vitest";
import { targetSchema } from "../../scenario/target/target.ts";
import { stackChoice, usualStack } from "./stack-flags.ts";

const store = { kind: "postgres" };
const container = { kind: "container", ports: { main: 8080 } };
const own = { kind: "process", command: ["api"] };

test.each([
  ["containers and stores of compose files", { db: store, api: container }, true, "docker"],
  ["nothing but stores of compose files", { db: store }, true, "docker"],
  ["processes that have a compose file as well", { db: store, api: own }, true, "embedded"],
  ["processes beside what only a container has", { api: own, other: container }, true, "docker"],
  ["processes", { db: store, api: own }, false, "embedded"],
  ["containers of no compose file", { api: container }, false, "embedded"],
])("%s: what they are started on when nobody says", (_title, nodes, hasFiles, stack) => {
  const target = targetSchema.parse({ name: "shop", title: "Shop", nodes, ...(hasFiles ? { compose: { files: ["compose.yaml"] } } : {}) });
  expect(usualStack(target)).toBe(stack);
});

test("variables of compose files need them, and stacks that there are not are named", async () => {
  const target = targetSchema.parse({ name: "shop", title: "Shop", nodes: { api: own } });
  const place = { target, folder: "/nowhere" };
  expect(await stackChoice({}, place)).toEqual({ runtime: "embedded" });
  await expect(stackChoice({ env: ["API_IMAGE=shop/api"] }, place)).rejects.toMatchObject({ code: "usage", hint: expect.stringContaining("--stack docker") });
  await expect(stackChoice({ stack: "kubernetes" }, place)).rejects.toMatchObject({ code: "stack-unavailable", message: expect.stringContaining("kubernetes") });
});
