import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { checkScenario } from "../../scenario/check.ts";
import { parseScenario } from "../../scenario/parse.ts";
import type { ScenarioDefinition } from "../../scenario/scenario.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { withScripts } from "./script-file.ts";

const sentBy = (workload: object): ScenarioDefinition =>
  parseScenario({ name: "s", title: "S", target: "shop", workloads: [{ name: "load", ...workload }], phases: { warmUp: "1s", baseline: "1s" }, stop: "none", rules: ["S-1"] });

test("a script counts from the folder of its scenario, as it is or compiled, and must be there", () => {
  using folder = temporaryFolder();
  const found = (script: string): unknown => withScripts(sentBy({ engine: "k6", script }), folder.path).workloads[0];
  expect(() => found("./load.ts")).toThrow(`there is no script ${join(folder.path, "load.ts")}`);
  writeFileSync(join(folder.path, "load.js"), "");
  expect(found("./load.ts")).toMatchObject({ script: join(folder.path, "load.js") });
  writeFileSync(join(folder.path, "load.ts"), "");
  expect(found("./load.ts")).toMatchObject({ script: join(folder.path, "load.ts") });
});

test.for([
  [{ engine: "k6", script: "a.js", env: { K6_VUS: "9" } }, "k6's own settings"],
  [{ engine: "k6", script: "a.js", env: { k6_out: "x" } }, "k6's own settings"],
  [{ engine: "k6", script: "a.js\n--out=x" }, "control characters"],
  [{ engine: "k6" }, "script"],
  [{ engine: "autocannon", route: "list", timeout: "900ms" }, "at least 1s"],
  [{ engine: "autocannon", route: "list", timeout: "soon" }, "write a number and a unit"],
  [{ engine: "autocannon", route: "list", rate: 5 }, "rate"],
  [{ engine: "vegeta" }, "engine"],
] as const)("%j is refused", ([workload, why]) => {
  expect(() => sentBy(workload)).toThrow(why);
});

const target = targetSchema.parse({
  name: "shop",
  title: "A shop",
  nodes: { front: { kind: "process", command: ["front"], ready: { by: "http", path: "/" } } },
  routes: {
    list: { node: "front", path: "/list" },
    item: { node: "front", path: "/items/{{n}}" },
    head: { node: "front", method: "HEAD", path: "/list" },
    order: { node: "front", method: "POST", path: "/orders", body: "x", write: { ledger: "orders" } },
  },
  ledgers: { orders: { readBack: { front: [{ via: "http", node: "front", path: "/orders", pick: "items[]" }] } } },
  objectives: [{ id: "S-1", statement: "Fast.", source: { document: "d", section: "s" }, kind: "own", indicator: { kind: "latency" }, op: "<", limit: 1, unit: "ms" }],
});

test.for([
  ["list", null],
  ["nothing", "nothing"],
  ["item", "places to fill in"],
  ["head", "HEAD"],
  ["order", "tracked write"],
] as const)("autocannon sending route %s: %s", ([route, why]) => {
  const check = (): void => checkScenario(sentBy({ engine: "autocannon", route }), target);
  if (why === null) expect(check).not.toThrow();
  else expect(check).toThrow(why);
});
