import { expect, test } from "vitest";
import { inspectedSchema } from "../../supervisor/system/engine-containers.ts";
import { knowsNot, linesOf } from "./containers.ts";

function frame(stream: number, text: string): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(stream, 0);
  head.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

test("lines that a container printed come whole, whatever their length does to the bytes before them", () => {
  const long = "é".repeat(100);
  expect(linesOf(Buffer.concat([frame(1, `one\ntw`), frame(2, "o\n"), frame(1, `${long}\r\n`)]))).toEqual(["one", "two", long]);
});

test("a terminal's output has no frames, and nothing printed is no line", () => {
  expect(linesOf(Buffer.from("ready\r\ngo\r\n"))).toEqual(["ready", "go"]);
  expect(linesOf(Buffer.alloc(0))).toEqual([]);
});

test.each([
  ["a call that Podman 4 does not have", { status: 404, text: "Not Found\n" }, true],
  ["one that Docker does not have", { status: 404, text: '{"message":"page not found"}' }, false],
  ["a container that is gone", { status: 404, text: '{"cause":"no such container","message":"no container with that name","response":404}' }, false],
  ["a call that is done", { status: 200, text: "" }, false],
])("whether the engine knows the call: %s", (_title, answer, isUnknown) => {
  expect(knowsNot(answer)).toBe(isUnknown);
});

test.each([
  ["Docker tells none", {}, null],
  ["Podman tells one with nothing in it", { Health: { Status: "", FailingStreak: 0, Log: null } }, null],
  ["one that was switched off", { Health: { Status: "none" } }, null],
  ["one that is there", { Health: { Status: "starting", Log: null } }, { Status: "starting", Log: null }],
])("a health check: %s", (_title, told, health) => {
  const { State: state } = inspectedSchema.parse({ Id: "a", Name: "/a", State: { Running: true, ...told }, Config: {}, HostConfig: {}, NetworkSettings: {} });
  expect(state.Health).toEqual(health);
});
