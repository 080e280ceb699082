import { describe, expect, it } from "vitest";
import { listenAddress, optionalText, requiredText, wholeNumber } from "./environment.ts";

const limits = { fallback: 5, minimum: 1, maximum: 50 };

describe("configuration by environment", () => {
  it("takes the fallback for what is unset or empty", () => {
    expect(wholeNumber({}, "MIN_WORKERS", limits)).toBe(5);
    expect(wholeNumber({ MIN_WORKERS: "" }, "MIN_WORKERS", limits)).toBe(5);
    expect(optionalText({ OLLAMA_MODEL: "" }, "OLLAMA_MODEL", "mistral")).toBe("mistral");
    expect(listenAddress({})).toEqual({ host: "127.0.0.1", port: 0 });
  });

  it("takes both ends of the range", () => {
    expect(wholeNumber({ MIN_WORKERS: "1" }, "MIN_WORKERS", limits)).toBe(1);
    expect(wholeNumber({ MIN_WORKERS: "50" }, "MIN_WORKERS", limits)).toBe(50);
  });

  it.each(["0", "51", "2.5", "five", "-3", "1e9"])("refuses %s and names the variable", (text) => {
    expect(() => wholeNumber({ MIN_WORKERS: text }, "MIN_WORKERS", limits)).toThrow(`MIN_WORKERS must be a whole number from 1 to 50, not "${text}"`);
  });

  it("says which variable is missing", () => {
    expect(() => requiredText({}, "DATABASE_URL")).toThrow("DATABASE_URL must be set");
    expect(requiredText({ DATABASE_URL: "postgres://x" }, "DATABASE_URL")).toBe("postgres://x");
  });
});
