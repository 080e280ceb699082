import { expect, test } from "vitest";
import { readLink, readLinkChange, readLinks, readToxic, readToxicChange } from "./request-body.ts";

test("a proxy listens on a free port of loopback and is enabled unless it says otherwise", () => {
  const upstream = { host: "db", port: 5432 };
  expect(readLink({ name: "a", upstream: "db:5432" })).toEqual({ name: "a", listen: { host: "127.0.0.1", port: 0 }, upstream, isEnabled: true, isHttp: false });
  expect(readLink({ name: "a", upstream: "db:5432", listen: "localhost:99", enabled: false })).toEqual({ name: "a", listen: { host: "127.0.0.1", port: 99 }, upstream, isEnabled: false, isHttp: false });
  expect(readLink({ name: "a", upstream: "db:5432", listen: "[::1]:99" }).listen).toEqual({ host: "::1", port: 99 });
});

test("a change keeps what it does not name", () => {
  const current = { listen: { host: "127.0.0.1", port: 1 }, upstream: { host: "a", port: 2 }, isEnabled: false, isHttp: true };
  expect(readLinkChange({}, current)).toEqual(current);
  expect(readLinkChange({ enabled: true, upstream: "b:3" }, current)).toEqual({ ...current, upstream: { host: "b", port: 3 }, isEnabled: true });
});

test("a list says which entry is wrong", () => {
  expect(() => readLinks([{ name: "a", upstream: "b:1" }, { upstream: "b:1" }])).toThrow("missing required field: name at proxy 2");
});

test("a toxic has Toxiproxy's defaults", () => {
  expect(readToxic({ type: "latency" })).toEqual({ name: "latency_downstream", stream: "downstream", toxicity: 1, spec: { type: "latency", attributes: { latency: 0, jitter: 0 } } });
  expect(readToxic({ type: "timeout", stream: "UPSTREAM", toxicity: 0, attributes: { timeout: 5, unknown: 1 } })).toEqual({
    name: "timeout_upstream",
    stream: "upstream",
    toxicity: 0,
    spec: { type: "timeout", attributes: { timeout: 5 } },
  });
});

test.each([
  [{ type: "slicer" }, "average_size"],
  [{ type: "bandwidth", attributes: { rate: "fast" } }, "rate"],
  [{ type: "latency", attributes: { latency: 0.5 } }, "latency"],
  [{ type: "__proto__" }, "invalid toxic type"],
  [{ type: "latency", name: "../x" }, "a name has"],
  [{ type: "latency", name: "x".repeat(129) }, "a name has"],
])("%o is no toxic", (body, message) => {
  expect(() => readToxic(body)).toThrow(message);
});

test("a toxic's change keeps what it does not name, and its type and name", () => {
  const current = readToxic({ type: "latency", attributes: { latency: 5, jitter: 2 }, toxicity: 0.5 });
  expect(readToxicChange({ attributes: { jitter: 1 }, type: "timeout", name: "other" }, current)).toEqual({ toxicity: 0.5, spec: { type: "latency", attributes: { latency: 5, jitter: 1 } } });
  expect(readToxicChange({ toxicity: 1 }, current).spec).toEqual(current.spec);
});
