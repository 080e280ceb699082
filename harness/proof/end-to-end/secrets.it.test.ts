import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { k6Program } from "../../drive/load/k6/script.fixture.ts";
import { command, ended, newWorld, onlyRun, start, untilSaid, type World } from "./command.fixture.ts";

/** Twelve, each with letters that other spellings change but for those that stand inside a URL. */
const canaries = Array.from({ length: 12 }, (_, number) => (number === 1 || number === 2 ? `canary-${number}-of-a-url` : `cänary-${number}/+of=${"abcdefghijkl".charAt(number)}`));
const [token = "", inUrl = "", inQuery = "", cloudKey = "", header = "", key = "", inBody = "", inPath = "", argument = "", inStep = "", ofScript = "", ofProbe = ""] = canaries;
const spellingsOf = (canary: string): string[] => [canary, Buffer.from(canary).toString("base64"), encodeURIComponent(canary)];

/** The front of the tiny system, which says all that it knows and hears, in every spelling. */
const talkative = `
import { createServer } from "node:http";
const say = (...texts) => { for (const text of texts) console.log("heard", text, Buffer.from(text).toString("base64"), encodeURIComponent(text)); };
say(...${JSON.stringify(["SHOP_TOKEN", "WEBHOOK_URL", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY"])}.map((name) => process.env[name] ?? ""), ...process.argv);
const { listen } = Object.getPrototypeOf(createServer());
Object.getPrototypeOf(createServer()).listen = function (...args) {
  this.prependListener("request", (ask) => {
    say(decodeURIComponent(ask.url), ask.headers.authorization ?? "", ask.headers["x-api-key"] ?? "");
    ask.on("data", (chunk) => say(JSON.parse(String(chunk).startsWith("{") ? String(chunk) : "{}").password ?? ""));
  });
  return listen.apply(this, args);
};
await import("./front.mts");
`;

const step = `console.error("migrating with " + process.env.MIGRATION_PASSWORD);`;

const script = `
import http from "k6/http";
export const options = { vus: 1, iterations: 1 };
export default function () {
  http.get("http://" + __ENV.FRONT + "/orders?secret=" + encodeURIComponent(__ENV.SHOP_PASSWORD));
  http.get("http://shop:" + encodeURIComponent(__ENV.SHOP_PASSWORD) + "@127.0.0.1:1/");
  console.error("logged in with " + __ENV.SHOP_PASSWORD);
  throw new Error("cannot log in with " + __ENV.SHOP_PASSWORD);
}`;

const scenario = `
name: leaky
title: Secrets everywhere
target: tiny
workloads:
  - { name: visitors, profile: { shape: constant, rate: 20 }, journeys: [{ steps: [login] }, { steps: [list] }] }
  - { name: shop, engine: k6, script: ./shop.js, env: { FRONT: "{{node:front}}", SHOP_PASSWORD: "${ofScript}" } }
# Long enough to look at the journal of a run that still goes on.
phases: { warmUp: 500ms, baseline: 1s, recovery: 4s }
steps: [{ id: cut, hold: 500ms, fault: { kind: link-down, links: [front-store] } }]
stop: none
steadyState: none
rules: [TINY-1]
`;

/** The tiny system with a secret in each place that can hold one. */
function leak(world: World): void {
  world.environment["SHOP_TOKEN"] = token;
  world.environment["AWS_SECRET_ACCESS_KEY"] = cloudKey;
  const file = (name: string, text: string): void => writeFileSync(join(world.tiny, name), text);
  file("talkative.mts", talkative);
  file("step.mts", step);
  file("shop.js", script);
  file("leaky.yaml", scenario);
  const target = readFileSync(join(world.tiny, "target.yaml"), "utf8");
  const env = `SHOP_TOKEN: "\${SHOP_TOKEN}", AWS_SECRET_ACCESS_KEY: "\${AWS_SECRET_ACCESS_KEY}", DATABASE_URL: "postgres://app:${inUrl}@db.invalid/app", WEBHOOK_URL: "https://hooks.invalid/in?token=${inQuery}", STORE_URL:`;
  const login = `  login: { node: front, path: "/orders?api_key=${encodeURIComponent(inPath)}", method: POST, headers: { authorization: "Bearer ${header}", x-api-key: "${key}" }, body: '{"password":"${inBody}"}', expect: { status: [201] } }\n`;
  const probe = `  lost: { layer: http, at: { node: front }, path: "/nowhere?token=${encodeURIComponent(ofProbe)}", every: 200ms, expect: { contains: "never there" } }\n`;
  file(
    "target.yaml",
    target
      .replace("title: A tiny shop", 'title: "A tiny \\e]0;shop\\a"')
      .replace("[node, front.mts]", `[node, talkative.mts, "--api-key=${argument}"]`)
      .replace("    env: { PORT: \"{{port}}\", STORE_URL:", `    before: [{ command: [node, step.mts], env: { MIGRATION_PASSWORD: "${inStep}" } }]\n    env: { PORT: "{{port}}", ${env}`)
      .replace("routes:\n", `routes:\n${login}`)
      .replace("probes:\n", `probes:\n${probe}`),
  );
}

function textsIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  return new Map(files.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

test("R32: 12 secrets, each where a user has one, get into no file of a run, no journal, and nothing that is printed; nor does what steers a terminal (R31)", { timeout: 700_000 }, async () => {
  using world = newWorld();
  world.environment["ROADWORTHY_K6"] = await k6Program();
  leak(world);
  const child = start(world, ["run", join(world.tiny, "leaky.yaml"), "--target", world.tiny, "--out", world.runs]);
  const end = ended(child);
  await untilSaid(child, "recovery");
  const journals = textsIn(join(world.folder, "state"));
  const ran = await end;
  expect(ran.stdout).toContain("INCONCLUSIVE");
  const texts = new Map([...textsIn(onlyRun(world)), ...journals, ["stdout", ran.stdout], ["stderr", ran.stderr]]);
  expect([...journals.keys()].filter((name) => name.endsWith("journal"))).toHaveLength(1);
  for (const objective of ["TINY-1", "shop/script"]) texts.set(`explain ${objective}`, (await command(world, "explain", onlyRun(world), objective)).stdout);
  const hits = [...texts].flatMap(([name, text]) => canaries.flatMap(spellingsOf).filter((spelling) => text.includes(spelling)).map((spelling) => `${name}: ${spelling}`));
  expect(hits).toEqual([]);
  expect([ran.stdout, ran.stderr].flatMap((text) => text.split("\n")).filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
  expect(ran.stderr).toContain("starting A tiny ␛]0;shop␇");
  expect(texts.get("leaky/log/harness.events")).toContain("heard [removed]");
  expect(texts.get("explain shop/script")).toContain("cannot log in with [removed]");
});
