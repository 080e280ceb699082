import { expect, test } from "vitest";
import { exactRedactor, redact } from "./redact.ts";
import { secretsOf, secretsOfEnvironment } from "./secrets.ts";
import { parseTarget } from "../scenario/parse.ts";

test.each([
  ["postgres://app:hunter2@127.0.0.1:5432/x", "postgres://[removed]@127.0.0.1:5432/x"],
  ["https://hunter2@host/path", "https://[removed]@host/path"],
  ["see https://host/a?user=me&key=hunter2#hunter2part and more", "see https://host/a?user=[removed]&key=[removed]#hunter2part and more"],
  ["password=hunter2, next", "password=[removed], next"],
  ['{"client_secret": "hunter2", "a": 1}', '{"client_secret": "[removed]", "a": 1}'],
  ["Authorization: Bearer hunter2", "Authorization: [removed]"],
  ["set-cookie: session=hunter2", "set-cookie: [removed]"],
  ["GET /pages?page=2 answered 500 in 3 ms", "GET /pages?page=2 answered 500 in 3 ms"],
])("R32: by patterns, %s", (text, clean) => {
  expect(redact(text)).toBe(clean);
});

test("R32: an exact secret is found whatever stands around it, also inside base64", () => {
  const redactor = exactRedactor(["s3cret/ü+1"]);
  for (const before of ["", "a", "ab", "abc", "user:"]) {
    const text = Buffer.from(`${before}s3cret/ü+1${before}`).toString("base64");
    expect(redactor(text)).toContain("[removed]");
  }
  expect(redactor("xs3cret/ü+1y S3CRET s3cret%2F%C3%BC%2B1 s3cret%2f%c3%bc%2b1")).toBe("x[removed]y S3CRET [removed] [removed]");
});

test("R32: what is added to the list is removed from then on", () => {
  const secrets = ["hunter-two"];
  const redactor = exactRedactor(secrets);
  expect(redactor("hunter-two hunter-three")).toBe("[removed] hunter-three");
  secrets.push("hunter-three");
  expect(redactor("hunter-two hunter-three")).toBe("[removed] [removed]");
});

test("R32: a text that is too short to be told from others, and none, are left alone", () => {
  expect(exactRedactor(["app", ""])("application")).toBe("application");
  expect(exactRedactor([])("anything")).toBe("anything");
});

test("R32: secrets are found by the names of variables, and what is a name in the plan is none", () => {
  expect(secretsOfEnvironment({ GITHUB_TOKEN: "ghs_abcdef", PATH: "/usr/bin", DB_PASS: "pass-word", EMPTY: undefined }).toSorted()).toEqual(["ghs_abcdef", "pass-word"]);
  const target = parseTarget({ name: "shop", title: "Shop", nodes: { postgres: { kind: "postgres", password: "postgres" }, other: { kind: "postgres", password: "tr0ub4dor" } } });
  expect(secretsOf({ target, scenarios: [] }, ["restarting"])).toEqual(["tr0ub4dor"]);
});

test("R32: a long line takes no longer than its length asks for", () => {
  const line = "a.".repeat(500_000);
  expect(redact(line)).toBe(line);
});
