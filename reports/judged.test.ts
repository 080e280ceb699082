import { mkdtempDisposableSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { syntheticVariants, writeSyntheticRun } from "../harness/judge/corpus/synthetic.fixture.ts";
import { judgeSuite } from "../harness/judge/index.ts";
import { render, renderVerdict, reportFormats } from "./index.ts";

describe("reports of judged logs", () => {
  it.each(syntheticVariants)("of a run that is %s agree, and are the same bytes from a copy of its folder", (variant) => {
    using first = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
    using second = mkdtempDisposableSync(join(tmpdir(), "roadworthy-reports-"));
    for (const folder of [first, second]) writeSyntheticRun(folder.path, { variant });
    const input = judgeSuite(first.path);
    const copy = judgeSuite(second.path);
    for (const format of reportFormats) expect(render(format, copy)).toBe(render(format, input));
    expect(/<failure|<error/.test(render("junit", input))).toBe(input.suite.exitCode !== 0);
    expect(render("terminal", input)).toContain(`exit ${input.suite.exitCode} `);
    // Throws when a verdict does not keep its published schema.
    expect(input.scenarios.map(({ verdict }) => JSON.parse(renderVerdict(verdict)))).toHaveLength(input.scenarios.length);
  });
});
