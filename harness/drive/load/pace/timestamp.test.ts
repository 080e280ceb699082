import { describe, expect, it } from "vitest";
import { parseLogTimestamp, parseTimestamp } from "./timestamp.ts";

describe("the times of a CSV", () => {
  it.each([
    ["0", "offset", 0],
    ["12.5", "offset", 12_500],
    ["99999999", "offset", 99_999_999_000],
    ["1772359200", "wall clock", 1_772_359_200_000],
    ["1772359200.25", "wall clock", 1_772_359_200_250],
    ["1772359200250", "wall clock", 1_772_359_200_250],
    ["2026-03-01T10:00:00Z", "wall clock", 1_772_359_200_000],
    ["2026-03-01 10:00:00", "wall clock", 1_772_359_200_000],
    ["2026-03-01T10:00:00.250Z", "wall clock", 1_772_359_200_250],
    ["2026-03-01T11:30:00+01:30", "wall clock", 1_772_359_200_000],
    ["2026-03-01T05:00:00-0500", "wall clock", 1_772_359_200_000],
    ["1970-01-01T00:00:00Z", "wall clock", 0],
    ["2024-02-29T00:00:00Z", "wall clock", 1_709_164_800_000],
    ["2000-02-29T23:59:59Z", "wall clock", 951_868_799_000],
  ])("%s is %s, %d ms", (text, kind, ms) => {
    expect(parseTimestamp(text)).toEqual({ kind, ms });
  });

  it.each(["", "-1", "1e3", "12,5", "tomorrow", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01", "01/03/2026 10:00:00"])(
    "%j is none",
    (text) => {
      expect(parseTimestamp(text)).toBeNull();
    },
  );
});

describe("the times of an access log", () => {
  it.each([
    ["01/Mar/2026:10:00:00 +0000", 1_772_359_200_000],
    ["01/Mar/2026:11:00:00 +0100", 1_772_359_200_000],
    ["28/Feb/2026:20:30:00 -1330", 1_772_359_200_000],
  ])("%s", (text, ms) => {
    expect(parseLogTimestamp(text)).toEqual({ kind: "wall clock", ms });
  });

  it.each(["01/Foo/2026:10:00:00 +0000", "31/Apr/2026:10:00:00 +0000", "1/Mar/2026:10:00:00 +0000", "01/Mar/2026:10:00:00"])("%j is none", (text) => {
    expect(parseLogTimestamp(text)).toBeNull();
  });
});
