import { expect, test } from "vitest";
import { allowFileSchema, type ComposeAllowance } from "../../../scenario/target/allow.ts";
import { interposed } from "../docker/interpose.ts";
import { modelOf, shop, shopTarget } from "../docker/model.fixture.ts";
import { declaredPorts } from "../docker/nodes.ts";
import { planStack, type DockerPlan } from "../docker/plan.ts";
import { assertMet, waysOut, type WayOut } from "./egress.ts";

const reason = "a sandbox";
const model = modelOf({ ...shop, api: { ...shop["api"], extra_hosts: ["pay.test=203.0.113.9", "host.docker.internal=host-gateway", "other=198.51.100.1"] } });

function allowed(...egress: { host: string; port: number; services?: string[] }[]): ComposeAllowance["egress"] {
  return allowFileSchema.parse({ compose: { egress: egress.map((each) => ({ ...each, reason })) } }).compose.egress;
}

const known = async (name: string): Promise<string[]> => [name === "here.test" ? "127.0.0.1" : name === "meta.test" ? "169.254.169.254" : "203.0.113.7"];

function planWith(out: readonly WayOut[]): DockerPlan {
  const target = shopTarget();
  return planStack(target, model, { declared: declaredPorts(target), ofImage: {}, out });
}

test("R38: an allowed place has its name in the networks of those who may call it, at the address that it had when the run began", async () => {
  const out = await waysOut(allowed({ host: "pay.test", port: 443, services: ["api"] }, { host: "pay.test", port: 8443, services: ["api"] }), model, known);
  const { services, ways } = planWith(out);
  expect(services.filter(({ networks }) => networks.some(({ proxyNames }) => proxyNames.includes("pay.test"))).map(({ service }) => service)).toEqual(["api"]);
  const toPay = ways.filter(({ upstream }) => upstream.to === "outside");
  expect(toPay.map(({ listen, upstream }) => [listen.port, upstream])).toEqual([
    [443, { to: "outside", host: "203.0.113.7", port: 443 }],
    [8443, { to: "outside", host: "203.0.113.7", port: 8443 }],
  ]);
  // Both are met under the one address that the name has there.
  expect(new Set(toPay.map(({ listen }) => listen.network)).size).toBe(1);
});

test("R38: without an entry there is no way out, and no address of the machine is in a service's network", () => {
  const { ways, out } = planWith([]);
  expect(ways.filter(({ upstream }) => upstream.to === "outside")).toEqual([]);
  const { networks } = JSON.parse(JSON.stringify(interposed(model, { ...planWith([]), out }, marks)));
  expect(networks["rw-1-api"]).toMatchObject({ internal: true, enable_ipv6: false, driver_opts: { "com.docker.network.bridge.inhibit_ipv4": "true" } });
});

const marks = { run: "run-1", project: "roadworthy-run-1", proxyImage: "proxy:1", publishOn: "127.0.0.1" };

test("an engine whose networks are not its machine's says so when that is to be met, and nowhere else", async () => {
  const out = await waysOut(allowed({ host: "host.docker.internal", port: 11434 }), model, known);
  expect(() => assertMet(out, "without root")).toThrow(expect.objectContaining({ code: "not-allowed", message: "without root" }));
  expect(() => assertMet(out, null)).not.toThrow();
  expect(() => assertMet([], "without root")).not.toThrow();
});

test("the machine of the engine is a place like any other; what a service's own list of hosts says of a place goes", async () => {
  const out = await waysOut(allowed({ host: "host.docker.internal", port: 11434 }, { host: "pay.test", port: 443, services: ["worker"] }), model, known);
  const plan = planWith(out);
  expect(plan.ways.filter(({ upstream }) => upstream.to === "outside" && upstream.host === null)).toHaveLength(4);
  const { services } = JSON.parse(JSON.stringify(interposed(model, plan, marks)));
  // It may not call the one, and so is left with what leads nowhere.
  expect(services["api"]["extra_hosts"]).toEqual(["pay.test=203.0.113.9", "other=198.51.100.1"]);
});

test.each([
  ["an address", { host: "203.0.113.7", port: 443 }, "target-invalid"],
  ["a service of the stack", { host: "db", port: 5432 }, "target-invalid"],
  ["for a service that there is not", { host: "pay.test", port: 443, services: ["nobody"] }, "target-invalid"],
  ["this machine's loopback", { host: "here.test", port: 80 }, "not-allowed"],
  ["where clouds keep credentials", { host: "meta.test", port: 80 }, "not-allowed"],
])("R38: a way out to %s is refused", async (_title, place, code) => {
  await expect(waysOut(allowed(place), model, known)).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
});
