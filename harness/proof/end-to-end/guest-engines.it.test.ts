import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { k6Program } from "../../drive/load/k6/script.fixture.ts";
import { command, newWorld, onlyRun, readJson } from "./command.fixture.ts";

const script = `
import http from "k6/http";
export const options = {
  vus: 1, duration: "1h",
  thresholds: { http_req_failed: ["rate<0.5"], "http_req_duration{name:list}": ["max<0.000001"], "http_reqs{name:nobody}": ["count>0"] },
};
export default function () {
  http.get("http://" + __ENV.FRONT + "/orders?run=" + __ENV.RUN);
  http.get("http://" + __ENV.FRONT + "/orders", { tags: { name: "list" } });
}`;

const scenario = `
name: guests
title: Other tools send the load
target: tiny
workloads:
  - { name: visitors, profile: { shape: constant, rate: 100 }, journeys: [{ steps: [list] }] }
  - { name: shop, engine: k6, script: ./shop.js, env: { FRONT: "{{node:front}}", RUN: "{{run}}" } }
  - { name: most, engine: autocannon, route: list, connections: 2 }
phases: { warmUp: 500ms, baseline: 2s }
stop: none
rules: [TINY-1, TINY-2]
mayBeInconclusive: [TINY-1]
`;

test("k6 and autocannon send beside the own engine: what they rule is in every report, and nothing of them is left", { timeout: 700_000 }, async () => {
  using world = newWorld();
  world.environment["ROADWORTHY_K6"] = await k6Program();
  writeFileSync(join(world.tiny, "shop.js"), script);
  writeFileSync(join(world.tiny, "guests.yaml"), scenario);
  const planned = await command(world, "plan", join(world.tiny, "guests.yaml"), "--target", world.tiny);
  expect(planned.stdout).toContain("shop: k6 runs shop.js");
  expect(planned.stdout).toContain("most: autocannon asks list on 2 connections");
  const ran = await command(world, "run", join(world.tiny, "guests.yaml"), "--target", world.tiny, "--out", world.runs);
  expect(ran.stderr + ran.stdout).toContain("FAIL");
  expect(ran.code).toBe(1);
  expect(world.leftovers()).toEqual([]);
  const run = onlyRun(world);
  const { objectives } = readJson(join(run, "suite.json"));
  expect(Array.isArray(objectives) ? objectives.filter(({ outcome }) => outcome === "fail" || outcome === "inconclusive").map(({ objective, outcome }) => `${objective} ${outcome}`) : []).toEqual(
    expect.arrayContaining(["shop/http_req_duration{name:list}/max<0.000001 fail", "shop/http_reqs{name:nobody}/count>0 inconclusive", "TINY-1 inconclusive"]),
  );
  for (const report of ["junit.xml", "report.md", "report.html"]) expect(readFileSync(join(run, report), "utf8"), report).toMatch(/max(<|&lt;)0\.000001/);
  expect(readFileSync(join(run, "report.html"), "utf8")).toMatch(/latencies are service times/);
  const explained = await command(world, "explain", run, "shop/http_req_duration{name:list}/max<0.000001");
  expect(explained.stdout).toContain("According to k6, http_req_duration{name:list} does not hold max<0.000001");
});

test("without a k6 the run ends before anything is started, and says what to do", async () => {
  using world = newWorld();
  world.environment["ROADWORTHY_K6"] = process.execPath;
  writeFileSync(join(world.tiny, "shop.js"), script);
  writeFileSync(join(world.tiny, "guests.yaml"), scenario);
  const ran = await command(world, "run", join(world.tiny, "guests.yaml"), "--target", world.tiny, "--out", world.runs);
  expect(ran.stdout).toContain("is no k6");
  expect(ran.code).toBe(69);
  expect(ran.stderr).not.toContain("starting store");
  expect(world.leftovers()).toEqual([]);
});
