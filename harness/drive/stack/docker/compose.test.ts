import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { composeSchema } from "../../../scenario/target/compose.ts";
import { findCompose, referredTo, variablesOf } from "./compose.ts";
import { modelOf } from "./model.fixture.ts";

test("without Compose it is said how to get it", () => {
  expect(() => findCompose({}, () => null)).toThrow(expect.objectContaining({ code: "tool-missing", exitCode: 69, hint: expect.stringMatching(/docker-compose-plugin.*doctor --install.*ROADWORTHY_COMPOSE/) }));
});

test("of the user's environment compose is given what secrets and configurations are made of, and no more", () => {
  const model = modelOf({ db: {} }, { secrets: { a: { environment: "TOKEN" }, b: { file: "/shop/b" } }, configs: { c: { environment: "GREETING" }, d: { content: "x" }, e: { environment: "UNSET" } } });
  expect(referredTo(model, { TOKEN: "t", GREETING: "g", OTHER: "o" })).toEqual({ TOKEN: "t", GREETING: "g" });
});

test.each([
  { what: "the .env beside the first file", spec: { files: ["shop/compose.yml", "more.yml"] }, token: "beside" },
  { what: "the .env of the project's folder", spec: { files: ["shop/compose.yml"], projectFolder: "." }, token: "above" },
  { what: "env files instead of it, the last one first", spec: { files: ["shop/compose.yml"], envFiles: ["a.env", "b.env"] }, token: "b of a" },
  { what: "none where there is none", spec: { files: ["elsewhere/compose.yml"] }, token: undefined },
])("variables of compose files come from $what, and from the environment before that", ({ spec, token }) => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "shop"));
  const texts = { "shop/.env": "TOKEN=beside\nUSER_NAME=x", ".env": "TOKEN=above\nUSER_NAME=x", "a.env": "TOKEN=a\nUSER_NAME=x", "b.env": 'TOKEN="b of ${TOKEN}"' };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder.path, name), text);
  const found = variablesOf({ spec: composeSchema.parse(spec), targetFolder: folder.path, environment: { USER_NAME: "mine" } });
  expect([found["TOKEN"], found["USER_NAME"]]).toEqual([token, "mine"]);
});
