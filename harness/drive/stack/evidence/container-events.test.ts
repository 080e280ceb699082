import { expect, test } from "vitest";
import { endOf, readEvent } from "./container-events.ts";

test.each([
  [0, "0"],
  [1, "1"],
  [137, "137 (SIGKILL)"],
  [143, "143 (SIGTERM)"],
  [255, "255"],
])("exit code %i is told as %s", (code, text) => {
  expect(endOf(code)).toBe(text);
});

test("an end is read with its code, by either engine's name for it; anything else is nothing", () => {
  const die = (attributes: object): string => JSON.stringify({ Type: "container", Action: "die", Actor: { ID: "a", Attributes: attributes } });
  expect(readEvent(die({ exitCode: "139", "org.roadworthy.service": "api" }))).toMatchObject({ what: "exited", container: "a", ended: "139 (SIGSEGV)", labels: { "org.roadworthy.service": "api" } });
  expect(readEvent(die({ containerExitCode: "3" }))?.ended).toBe("3");
  expect(readEvent(die({}))?.ended).toBeNull();
  expect(readEvent(JSON.stringify({ Action: "exec_die", Actor: { ID: "a" } }))).toBeNull();
  expect(readEvent("{")).toBeNull();
});
