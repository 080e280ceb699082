import { describe, expect, it } from "vitest";
import { parseLimit, ruleLimit, samplesNeeded } from "./limit.ts";
import { firstRate, readOptions, type LoadFlags } from "./options.ts";

const url = "http://127.0.0.1:8080/";
const read = (flags: Partial<LoadFlags>) => readOptions({ url, rate: "10", seed: 1, ...flags });

describe("the flags of load", () => {
  it("have defaults", () => {
    expect(read({})).toMatchObject({ durationMs: 10_000, connections: 256, timeoutMs: 5000, threads: 1, redirects: 0, insecure: false, route: { method: "GET", path: "/" } });
    expect(read({ rate: "max" })).toMatchObject({ connections: 64 });
  });

  it("make the request: POST with a body, headers in lower case, those given twice as one", () => {
    const { route } = read({ body: '{"n":{{n}}}', header: ["X-A: 1", "x-a: 2", "Cookie: a=1", "cookie: b=2", "Host: shop.example"] });
    expect(route).toMatchObject({ method: "POST", body: '{"n":{{n}}}', headers: { "x-a": "1, 2", cookie: "a=1; b=2", host: "shop.example" } });
  });

  it("leave the path as it was written, with its places", () => {
    expect(read({ url: "http://127.0.0.1/a%20b/{{int:1:9}}?q={{n}}#part" }).route.path).toBe("/a%20b/{{int:1:9}}?q={{n}}");
    expect(read({ url: "http://127.0.0.1?q=ü" }).route.path).toBe("/?q=%C3%BC");
  });

  it.each([
    [{ url: "127.0.0.1:80" }, /not an http or https URL/],
    [{ url: "http://me:secret@127.0.0.1/" }, /user name or a password/],
    [{ duration: "0s" }, /--duration 0s is out of range/],
    [{ duration: "ten" }, /"ten" is not a duration/],
    [{ timeout: "11m" }, /--timeout 11m is out of range/],
    [{ connections: 0 }, /--connections 0 is out of range/],
    [{ threads: 65 }, /--threads 65 is out of range/],
    [{ threads: 4, connections: 3 }, /less than --threads 4/],
    [{ method: "BREW" }, /--method BREW is not known/],
    [{ header: ["no colon"] }, /is not a header/],
    [{ body: "@/no/such/file" }, /--body @\/no\/such\/file cannot be read: ENOENT/],
    [{ profile: "search", rate: undefined }, /nothing to search for/],
    [{ limit: ["p95=1s"] }, /is not understood/],
  ])("refuse %o", (flags, message) => {
    const { rate, ...others } = { rate: "10", ...flags };
    expect(() => readOptions({ url, seed: 1, ...others, ...(rate === undefined ? {} : { rate }) })).toThrow(message);
  });

  it("do not show a password of the URL", () => {
    expect(() => read({ url: "http://me:secret@127.0.0.1/" })).not.toThrow(/secret/);
  });
});

describe("a limit", () => {
  it.each([
    ["p95<200ms", 0.05, 200_000],
    ["p95<=200ms", 0.05, 200_001],
    ["p99.9 <= 1s", 0.001, 1_000_001],
    ["p999<1s", 0.001, 1_000_000],
    ["errors<=1%", 0.01, Number.POSITIVE_INFINITY],
  ])("%s allows a share of %d", (text, allowedShare, badFromUs) => {
    expect(parseLimit(text)).toEqual({ text, allowedShare, badFromUs });
  });

  it.each(["p95", "p100<1s", "p0<1s", "errors<=0%", "errors<=5", "mean<1s", "p95>1s", ""])("is not %o", (text) => {
    expect(() => parseLimit(text)).toThrow(/is not understood/);
  });

  it("is decided by the table of the verdict: p95 of 1,000 requests", () => {
    const limit = parseLimit("p95<1s");
    expect([38, 39, 62, 63].map((bad) => ruleLimit(limit, bad, 1000).outcome)).toEqual(["pass", "inconclusive", "inconclusive", "fail"]);
  });

  it("needs samples: a search begins where a step holds enough of them", () => {
    expect(samplesNeeded([parseLimit("p95<1s"), parseLimit("errors<=10%")])).toBe(59);
    const { rate: _none, ...flags } = { rate: "10", url, seed: 1, profile: "search", limit: ["p95<1s"], duration: "2s" };
    expect(firstRate(readOptions(flags))).toBe(59);
    expect(firstRate(readOptions({ ...flags, profile: "search:5-50" }))).toBe(5);
  });
});
