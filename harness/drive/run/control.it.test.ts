/** A control at work on a real path: what the target says, and what the probe is told. */

import { expect, test } from "vitest";
import { timeoutSignal } from "../../base/time.ts";
import { probeSchema, type ProbeSpec } from "../../scenario/target/probe.ts";
import { targetSchema } from "../../scenario/target/target.ts";
import { placeOf } from "../probe/layers/check.ts";
import { look } from "../probe/layers/index.ts";
import { interpose } from "./control.ts";
import { bootedStack } from "../stack/booted.fixture.ts";

/** It is up, and says honestly that it is not well. */
const ill = `require("node:http").createServer((asked, response) => response.writeHead(asked.url === "/up" ? 200 : 503).end('{"status":"ill"}')).listen(Number(process.env.PORT), "127.0.0.1")`;
const path = "/health?deep=1";
const probing = (asked: string): ProbeSpec => probeSchema.parse({ layer: "http", at: { link: "front-api" }, path: asked, expect: { json: { status: "well" } } });
const target = targetSchema.parse({
  name: "ill",
  title: "Ill",
  nodes: { api: { kind: "process", command: ["node", "-e", ill], env: { PORT: "{{port}}" }, ready: { by: "http", path: "/up" } }, front: { kind: "process", command: ["node", "-e", ill], env: { PORT: "{{port}}" }, ready: { by: "http", path: "/up" } } },
  links: { "front-api": { from: "front", to: "api", http: true } },
  probes: { health: probing(path) },
});

const stack = bootedStack(target);

test("a health answer is rewritten on its link: the target is asked as ever, and what else goes over the link is left alone", async () => {
  const told = (asked: string): Promise<string | null> => look(probing(asked), placeOf(probing(asked), stack().addresses), timeoutSignal(5000));
  expect(await told(path)).toBe("status 503");
  {
    await using control = await interpose({ what: "a lie", turnsRed: ["ILL-1"], act: { kind: "false-health", probe: "health" } }, stack(), { phases: [], steps: [], operations: [], totalMs: 0 });
    expect(control.load).toBe(stack().addresses);
    expect(await told(path)).toBeNull();
    expect(await told("/other")).toBe("status 503");
    expect((await stack().proxy.stats("front-api"))?.toxics).toMatchObject([{ type: "http_rewrite", requests: 1 }]);
  }
  expect(await told(path)).toBe("status 503");
});
