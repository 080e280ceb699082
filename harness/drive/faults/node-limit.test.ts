import { expect, test } from "vitest";
import { allPowers } from "../stack/tools/engine-powers.ts";
import { whyNoLimit } from "./node-limit.ts";

test("an engine that would take a limit and drop it is told of before, and only where that limit is asked for", () => {
  const powers = { ...allPowers, limitProcessors: "no processors" };
  const spec = { kind: "node-limit", node: "api" } as const;
  expect(whyNoLimit({ ...spec, memoryMiB: 64 }, powers)).toBeNull();
  expect(whyNoLimit({ ...spec, cpus: 0.5, memoryMiB: 64 }, powers)).toBe("no processors");
  expect(whyNoLimit({ ...spec, cpus: 0.5, memoryMiB: 64 }, { ...allPowers, limitMemory: "no memory" })).toBe("no memory");
  expect(whyNoLimit({ ...spec, cpus: 0.5 }, { ...allPowers, limitMemory: "no memory" })).toBeNull();
  expect(whyNoLimit(spec, allPowers)).toContain("names no limit");
});
