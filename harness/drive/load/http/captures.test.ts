import { describe, expect, it } from "vitest";
import type { Capture } from "../../../scenario/route.ts";
import { capturesOf } from "./captures.ts";

function take(captures: Record<string, Capture>, body: string, headers: Record<string, string> = {}): [string | null, Record<string, string>] {
  const found = new Map<string, string>();
  const missing = capturesOf("login", captures).take({ body, headers: new Map(Object.entries(headers)) }, found);
  return [missing, Object.fromEntries(found)];
}

describe("captured values", () => {
  it.each<[string, Capture, string, string]>([
    ["a path into JSON", { json: "access.token" }, '{"access":{"token":"abc"}}', "abc"],
    ["a number in JSON", { json: "id" }, '{"id":0}', "0"],
    ["a truth value in JSON", { json: "open" }, '{"open":false}', "false"],
    ["the first of a list in JSON", { json: "items[].id" }, '{"items":[{"id":7},{"id":8}]}', "7"],
    ["a header, whatever its case", { header: "X-Token" }, "", "of a header"],
    ["a pattern's group", { pattern: 'csrf" value="(\\w+)"' }, '<input name="csrf" value="abc">', "abc"],
    ["an empty text", { pattern: "a=(\\w*);" }, "a=;", ""],
  ])("come from %s", (_name, capture, body, value) => {
    expect(take({ token: capture }, body, { "x-token": "of a header" })).toEqual([null, { token: value }]);
  });

  it.each<[string, Capture, string]>([
    ["JSON without the path", { json: "access.token" }, '{"access":{}}'],
    ["an object at the path", { json: "access" }, '{"access":{}}'],
    ["null at the path", { json: "access" }, '{"access":null}'],
    ["what is no JSON", { json: "access" }, "<html>"],
    ["a header that is not there", { header: "x-token" }, "x-token"],
    ["a pattern that does not match", { pattern: "a=(\\w+)" }, "b=1"],
    ["a group that took no part", { pattern: "a(?:=(\\w+))?" }, "a"],
  ])("are missing with %s, and the name is said", (_name, capture, body) => {
    expect(take({ user: { pattern: "^(.?)" }, token: capture }, body)[0]).toBe('nothing to capture as "token"');
  });

  it("say what they want to see", () => {
    expect(capturesOf("a", { x: { header: "X-A" } })).toMatchObject({ headers: ["x-a"], keepBody: false });
    expect(capturesOf("a", { x: { header: "X-A" }, y: { json: "a" } })).toMatchObject({ headers: ["x-a"], keepBody: true });
  });

  it.each([
    ["a(", "no regular expression"],
    ["a", "0 groups"],
    ["(a)(b)", "2 groups"],
  ])("with the pattern %s are refused", (pattern, words) => {
    expect(() => capturesOf("login", { token: { pattern } })).toThrow(expect.objectContaining({ code: "target-invalid", message: expect.stringContaining(words) }));
  });
});
