import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync, copyFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonEvent, LogEvent } from "./event.ts";
import { requestBytes, type RequestRecord } from "./record.ts";
import { hasHeader, LogTail, openLog } from "./reader.ts";
import { readSegment } from "./segment.ts";
import { appendEvents, openEventWriter, openRequestWriter } from "./writer.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roadworthy-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const onError = (error: Error): void => {
  throw error;
};

function gauge(at: number, value: number): JsonEvent {
  return { type: "gauge", at, gauge: "depth", value, why: null };
}

function request(number: number): RequestRecord {
  const intendedUs = 1_000_000 + number * 1000;
  return { workload: 0, route: number % 2, intendedUs, startUs: intendedUs + 10, firstByteUs: intendedUs + 300, endUs: intendedUs + 500, status: 200, outcome: 0, bytes: 42 };
}

function drain(path: string): { events: LogEvent[]; end: string } {
  const events: LogEvent[] = [];
  const source = readSegment(path);
  for (let next = source.next(); ; next = source.next()) {
    if (next.done === true) return { events, end: next.value };
    events.push(next.value);
  }
}

describe("a segment of events", () => {
  test("gives back what was written, in order", () => {
    const written = Array.from({ length: 50 }, (_, index) => gauge(index, index * 2));
    {
      using writer = openEventWriter(folder, "probe", { onError });
      for (const event of written) writer.write(event);
    }
    expect(drain(join(folder, "probe.events"))).toEqual({ events: written, end: "whole" });
  });

  test("cut at any byte gives all whole records before the cut", () => {
    {
      using writer = openEventWriter(folder, "probe", { onError });
      for (let index = 0; index < 5; index += 1) writer.write(gauge(index, index));
    }
    const path = join(folder, "probe.events");
    const whole = readFileSync(path);
    const cut = join(folder, "cut.events");
    let last = 5;
    for (let length = whole.length - 1; length >= 0; length -= 1) {
      writeFileSync(cut, whole.subarray(0, length));
      const { events } = drain(cut);
      expect(events.length === last || events.length === last - 1).toBe(true);
      expect(events).toEqual(Array.from({ length: events.length }, (_, index) => gauge(index, index)));
      last = events.length;
    }
    expect(last).toBe(0);
  });

  test("with any byte damaged never gives a record that was not written", () => {
    {
      using writer = openEventWriter(folder, "probe", { onError });
      for (let index = 0; index < 4; index += 1) writer.write(gauge(index, index));
    }
    const whole = readFileSync(join(folder, "probe.events"));
    for (let position = 0; position < whole.length; position += 1) {
      const damaged = Buffer.from(whole);
      damaged[position] = (damaged[position] ?? 0) ^ 0x55;
      writeFileSync(join(folder, "damaged.events"), damaged);
      const { events, end } = drain(join(folder, "damaged.events"));
      expect(end).toBe("cut");
      expect(events).toEqual(Array.from({ length: events.length }, (_, index) => gauge(index, index)));
    }
  });

  test("does not overwrite a segment that is there", () => {
    openEventWriter(folder, "probe", { onError })[Symbol.dispose]();
    expect(() => openEventWriter(folder, "probe", { onError })).toThrow(/EEXIST/);
  });

  test("holds no password of a connection string", () => {
    {
      using writer = openEventWriter(folder, "harness", { onError });
      writer.write({ type: "output", at: 1, process: "api", stream: "err", line: "cannot reach postgres://app:hunter2@127.0.0.1/x password=hunter2" });
    }
    expect(readFileSync(join(folder, "harness.events"), "utf8")).not.toContain("hunter2");
  });
});

describe("a segment of requests", () => {
  test("survives being cut at any byte, and keeps every figure", () => {
    {
      using writer = openRequestWriter(folder, "load", { routes: ["a", "b"], workloads: ["w"] }, { onError });
      for (let number = 0; number < 3000; number += 1) writer.write(request(number));
    }
    const path = join(folder, "load.requests");
    const { events, end } = drain(path);
    expect(end).toBe("whole");
    expect(events).toHaveLength(3000);
    expect(events[1]).toEqual({
      type: "request", at: 1_001_500, workload: "w", route: "b", intendedUs: 1_001_000, startUs: 1_001_010, firstByteUs: 1_001_300, endUs: 1_001_500, status: 200, outcome: "ok", bytes: 42,
    });
    const size = readFileSync(path).length;
    for (let lost = 1; lost <= 2 * requestBytes; lost += 1) {
      copyFileSync(path, join(folder, "cut.requests"));
      truncateSync(join(folder, "cut.requests"), size - lost);
      expect(drain(join(folder, "cut.requests")).events).toHaveLength(3000 - Math.ceil(lost / requestBytes));
    }
  });
});

test("what is written faster than it is flushed does not pile up in memory: it is on disk before its writer is asked", () => {
  using writer = openRequestWriter(folder, "load", { routes: ["one", "two"], workloads: ["all"] }, { onError });
  const whole = request(0);
  for (let number = 0; number < 200_000; number += 1) writer.write(whole);
  // No turn of the event loop has passed, so no timer has flushed it.
  expect(200_000 * requestBytes - statSync(join(folder, "load.requests")).size).toBeLessThan(5 * 2 ** 20);
  writer.sync();
  expect(statSync(join(folder, "load.requests")).size).toBeGreaterThanOrEqual(200_000 * requestBytes);
});

test("a request record with any byte damaged is never taken for one that was written", () => {
  {
    using writer = openRequestWriter(folder, "load", { routes: ["a", "b"], workloads: ["w"] }, { onError });
    for (let number = 0; number < 3; number += 1) writer.write(request(number));
  }
  const whole = readFileSync(join(folder, "load.requests"));
  const written = drain(join(folder, "load.requests")).events;
  for (let position = whole.length - 2 * requestBytes; position < whole.length; position += 1) {
    const damaged = Buffer.from(whole);
    damaged[position] = (damaged[position] ?? 0) ^ 0x01;
    writeFileSync(join(folder, "damaged.requests"), damaged);
    const { events, end } = drain(join(folder, "damaged.requests"));
    expect(end).toBe("cut");
    expect(events).toEqual(written.slice(0, position < whole.length - requestBytes ? 1 : 2));
  }
});

describe("a log", () => {
  test("merges its segments by time and says when it is whole", () => {
    writeLog([gauge(10, 1), gauge(30, 3)], [gauge(20, 2)]);
    const { events, end } = readAll();
    expect(events.filter((event) => event.type === "gauge").map((event) => event.at)).toEqual([10, 20, 30]);
    expect(end).toEqual({ complete: true, problems: [] });
  });

  test("of which a segment is cut is not complete, although the harness came to its end", () => {
    writeLog([gauge(10, 1)], [gauge(20, 2), gauge(30, 3)]);
    const probe = join(folder, "probe.events");
    truncateSync(probe, readFileSync(probe).length - 1);
    expect(readAll().end).toEqual({ complete: false, problems: ["probe.events is cut off or damaged"] });
  });

  test("without the harness's last record is not complete", () => {
    writeLog([gauge(10, 1)], [], false);
    expect(readAll().end.complete).toBe(false);
  });

  test("keeps what is appended after its end", () => {
    writeLog([], []);
    appendEvents(folder, "harness", [{ type: "cleanup", at: 99, complete: true, left: [] }]);
    expect(readAll().events.at(-1)?.type).toBe("cleanup");
    expect(readAll().end.complete).toBe(true);
  });

  test("without a header, or without a folder, is one clear error", () => {
    expect(() => openLog(join(folder, "nowhere"))).toThrow(/no event log/);
    openEventWriter(folder, "harness", { onError })[Symbol.dispose]();
    expect(() => openLog(folder)).toThrow(/no header/);
  });

  test("can be followed while it is written", () => {
    using tail = new LogTail(folder);
    expect(tail.read()).toEqual([]);
    using writer = openEventWriter(folder, "probe", { onError });
    writer.write(gauge(1, 1));
    writer.sync();
    expect(tail.read()).toEqual([gauge(1, 1)]);
    expect(tail.read()).toEqual([]);
    writer.write(gauge(2, 2));
    writer.sync();
    expect(tail.read()).toEqual([gauge(2, 2)]);
  });
});

/** A log of a header, then `harness`, beside a probe segment. */
function writeLog(harness: readonly JsonEvent[], probe: readonly JsonEvent[], isEnded = true): void {
  using first = openEventWriter(folder, "harness", { onError });
  using second = openEventWriter(folder, "probe", { onError });
  // The reader looks at the header's type and schema only; the rest is the judge's.
  first.write(JSON.parse('{"type":"run","at":0,"schema":1,"repeat":"","target":{"nodes":{},"routes":{}}}'));
  for (const event of harness) first.write(event);
  for (const event of probe) second.write(event);
  if (isEnded) first.write({ type: "end", at: 98 });
}

function readAll(): { events: LogEvent[]; end: { complete: boolean; problems: readonly string[] } } {
  const events: LogEvent[] = [];
  const source = openLog(folder).events();
  for (let next = source.next(); ; next = source.next()) {
    if (next.done === true) return { events, end: next.value };
    events.push(next.value);
  }
}

test("looking at the first record of a log leaves no file open", () => {
  {
    using writer = openEventWriter(folder, "harness", { onError });
    for (let index = 0; index < 5; index += 1) writer.write(gauge(index, index));
  }
  const open = (): number => readdirSync("/dev/fd").length;
  const before = open();
  for (let round = 0; round < 40; round += 1) hasHeader(folder);
  expect(open()).toBeLessThan(before + 20);
});
