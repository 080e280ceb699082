import { expect, test } from "vitest";
import { findCompose, referredTo } from "./compose.ts";
import { modelOf } from "./model.fixture.ts";

test("without Compose it is said how to get it", () => {
  expect(() => findCompose({}, () => null)).toThrow(expect.objectContaining({ code: "tool-missing", exitCode: 69, hint: expect.stringMatching(/docker-compose-plugin.*doctor --install.*ROADWORTHY_COMPOSE/) }));
});

test("of the user's environment compose is given what secrets and configurations are made of, and no more", () => {
  const model = modelOf({ db: {} }, { secrets: { a: { environment: "TOKEN" }, b: { file: "/shop/b" } }, configs: { c: { environment: "GREETING" }, d: { content: "x" }, e: { environment: "UNSET" } } });
  expect(referredTo(model, { TOKEN: "t", GREETING: "g", OTHER: "o" })).toEqual({ TOKEN: "t", GREETING: "g" });
});
