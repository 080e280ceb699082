import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { expectGolden } from "./golden.fixture.ts";
import { renderSchemas, renderSuite, renderVerdict } from "./json.ts";
import { sampleInput } from "./sample.fixture.ts";

describe("verdict.json and suite.json", () => {
  it.each(Object.entries(renderSchemas()))("%s is published as it is", (name, text) => {
    expectGolden(`schema/${name}`, text);
  });

  it("keep their published schemas", () => {
    const { suite, scenarios } = sampleInput();
    const schemas = renderSchemas();
    const validate = (name: string, text: string): unknown => {
      const ajv = new Ajv2020({ strict: false });
      ajv.validate(JSON.parse(schemas[name] ?? "false"), JSON.parse(text));
      return ajv.errors;
    };
    expect(validate("suite.schema.json", renderSuite(suite))).toBeNull();
    for (const { verdict } of scenarios) expect(validate("verdict.schema.json", renderVerdict(verdict))).toBeNull();
  });

  it("are the same bytes whatever the order of keys", () => {
    const { suite } = sampleInput();
    const turned = Object.fromEntries(Object.entries({ ...suite, settings: Object.fromEntries(Object.entries(suite.settings).toReversed()) }).toReversed());
    expect(renderSuite({ ...suite, ...turned })).toBe(renderSuite(suite));
    expect(renderSuite(Object.assign(turned, suite))).toBe(renderSuite(suite));
  });

  it("refuse a verdict that holds no number where one belongs", () => {
    const { suite } = sampleInput();
    expect(() => renderSuite({ ...suite, durationMs: Number.NaN })).toThrow(/durationMs/);
  });
});
