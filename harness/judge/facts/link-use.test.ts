import { expect, test } from "vitest";
import type { LinkUse, LogEvent } from "../../log/event.ts";
import { corpusTarget } from "../corpus/target.fixture.ts";
import { LinkUseFold, walkedPast } from "./link-use.ts";

const nothing: LinkUse = { connections: 0, bytesUp: 0, bytesDown: 0 };
const boot: LinkUse = { connections: 3, bytesUp: 500, bytesDown: 700 };
const some: LinkUse = { connections: 4, bytesUp: 600, bytesDown: 900 };

const seen = (at: number, all: LinkUse, own: LinkUse | null): LogEvent => ({ type: "link", at, link: "api-store", ...all, own });

function useAfter(...events: LogEvent[]): { use: LinkUse | null; past: string[] } {
  const fold = new LinkUseFold(corpusTarget({}));
  for (const event of events) fold.step(event);
  const records = fold.read();
  return { use: records[0]?.use ?? null, past: walkedPast(records).map(({ link }) => link) };
}

test("what went on at boot is no use", () => {
  expect(useAfter(seen(1, boot, nothing), seen(2, boot, nothing))).toEqual({ use: nothing, past: ["api-store"] });
});

test("nor is what the harness sent itself", () => {
  expect(useAfter(seen(1, boot, nothing), seen(2, some, { connections: 1, bytesUp: 100, bytesDown: 200 }))).toEqual({ use: nothing, past: ["api-store"] });
});

test("one byte of the service is use", () => {
  expect(useAfter(seen(1, boot, nothing), seen(2, some, { connections: 1, bytesUp: 99, bytesDown: 200 }))).toEqual({ use: { connections: 0, bytesUp: 1, bytesDown: 0 }, past: [] });
});

test("where the two cannot be told apart only a link that nobody used is known", () => {
  expect(useAfter(seen(1, boot, null), seen(2, some, null))).toEqual({ use: null, past: [] });
  expect(useAfter(seen(1, boot, null), seen(2, boot, null))).toEqual({ use: nothing, past: ["api-store"] });
});

test("a log that was not told of it twice says nothing", () => {
  expect(useAfter()).toEqual({ use: null, past: [] });
  expect(useAfter(seen(2, boot, nothing))).toEqual({ use: null, past: [] });
});
