import { join } from "node:path";
import { expect, test } from "vitest";
import { findToxiproxy } from "../../drive/stack/tools/toxiproxy-binary.ts";
import { command, newWorld, onlyRun, passedOrLate, readJson, rewrite, rulesOnLossOnly, withPatientFront } from "./command.fixture.ts";

test("the real Toxiproxy carries the links of a run, and leaves nothing behind", { timeout: 400_000 }, async ({ skip }) => {
  // Where there is none, continuous integration builds it with Go, and fails when it cannot.
  if (findToxiproxy() === null && process.env["CI"] === undefined) skip("there is no Toxiproxy: see `roadworthy doctor`");
  using world = newWorld();
  withPatientFront(world);
  rulesOnLossOnly(world, "cut.yaml");
  rewrite(join(world.tiny, "gate.yaml"), "required: [TINY-1, TINY-2, TINY-3]", "required: [TINY-2]");
  const ran = await command(world, "suite", join(world.tiny, "gate.yaml"), "--target", world.tiny, "--out", world.runs, "--proxy", "toxiproxy");
  expect(passedOrLate(ran), ran.stderr + ran.stdout).toBe(true);
  expect(world.leftovers()).toEqual([]);
  expect(ran.stdout).toContain("--proxy toxiproxy");
  const run = onlyRun(world);
  expect(readJson(join(run, "suite.json"))["versions"]).toContainEqual(expect.stringMatching(/^Toxiproxy /));
  // It counts nothing, so nothing is claimed.
  expect(readJson(join(run, "cut", "verdict.json"))["links"]).toEqual([{ link: "front-store", from: "front", to: "store", use: null }]);
  expect(ran.stdout).toContain("Not known whether the service used its links: Toxiproxy does not count");
});

test("a proxy that there is not is refused at once", async () => {
  using world = newWorld();
  const ran = await command(world, "suite", join(world.tiny, "gate.yaml"), "--target", world.tiny, "--proxy", "squid");
  expect(ran.code).toBe(64);
  expect(ran.stderr).toContain("embedded, toxiproxy");
});
