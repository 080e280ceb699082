import { expect, test } from "vitest";
import { isStruck, matchesPattern } from "./http-toxic.ts";

test.each([
  ["/a/b", "/a/b", true],
  ["/a/b", "/a", false],
  ["/a/b", "/a*", true],
  ["/a/b/c", "/a/*/c", true],
  ["/a/c", "/a/*/c", false],
  ["/a/b/c", "*c", true],
  ["/aXbXc", "/a*b*c", true],
  ["/abc", "/ab*bc", false],
  ["/abbc", "/ab*bc", true],
  ["/a.b", "/a?b", false],
  ["", "*", true],
])("%s by the pattern %s: %s", (path, pattern, expected) => {
  expect(matchesPattern(path, pattern)).toBe(expected);
});

test("the query does not count, empty means any", () => {
  expect(isStruck({ method: "", path: "/a" }, { method: "GET", path: "/a?b=/c" })).toBe(true);
  expect(isStruck({ method: "POST", path: "" }, { method: "GET", path: "/a" })).toBe(false);
  expect(isStruck({ method: "POST", path: "" }, { method: "POST", path: "/a" })).toBe(true);
});
