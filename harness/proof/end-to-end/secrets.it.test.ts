import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command, newWorld, onlyRun } from "./command.fixture.ts";

const secret = "cänary/+of=the-environment";
const spellings = [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)];
/** The front of the tiny system, which says too much. */
const talkative = `const secret = process.env["SHOP_TOKEN"]; for (const text of [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)]) console.log("configured with", text); await import("./front.mts");\n`;

test("R32: a secret of the environment that a definition takes and a node prints is in no file of the run", { timeout: 120_000 }, async () => {
  using world = newWorld();
  world.environment["SHOP_TOKEN"] = secret;
  writeFileSync(join(world.tiny, "talkative.mts"), talkative);
  const target = join(world.tiny, "target.yaml");
  writeFileSync(target, readFileSync(target, "utf8").replace("[node, front.mts]", "[node, talkative.mts]").replace("STORE_URL:", 'SHOP_TOKEN: "${SHOP_TOKEN}", STORE_URL:'));
  const ran = await command(world, "run", join(world.tiny, "calm.yaml"), "--target", world.tiny, "--out", world.runs);
  expect([0, 2]).toContain(ran.code);
  const run = onlyRun(world);
  const files = readdirSync(run, { recursive: true, encoding: "utf8" }).map((name) => join(run, name)).filter((path) => statSync(path).isFile());
  const texts = [ran.stdout, ran.stderr, ...files.map((path) => readFileSync(path, "utf8"))];
  expect(texts.join("\n")).toContain("configured with [removed]");
  expect(texts.flatMap((text) => spellings.filter((spelling) => text.includes(spelling)))).toEqual([]);
});
