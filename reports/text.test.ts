import { describe, expect, it } from "vitest";
import { cut, plain, short, wrap } from "./text.ts";

describe("texts of a system under test", () => {
  it("are one line of visible characters", () => {
    expect(plain("a\r\nb\tc\u{1B}[31md\u{9B}e\u{202E}f\u{7F}g\u{0}")).toBe("a b c␛[31md\u{FFFD}e\u{FFFD}f␡g␀");
    expect(plain("half \u{D83D} pair, ünïcode ✓")).toBe("half \u{FFFD} pair, ünïcode ✓");
  });

  it("are cut at characters, names at words", () => {
    expect(cut("😀😀😀", 2)).toBe("😀…");
    expect(short("Back in five seconds after a crash", 20)).toBe("Back in five…");
    expect(short("short", 20)).toBe("short");
  });

  it("are wrapped, long words broken, the last line cut", () => {
    expect(wrap("one two three four", 9, 9)).toEqual(["one two", "three", "four"]);
    expect(wrap("aaaaaaaaaa b", 4, 9)).toEqual(["aaaa", "aaaa", "aa b"]);
    expect(wrap("one two three four", 9, 2)).toEqual(["one two", "three fo…"]);
    expect(wrap("", 9, 2)).toEqual([]);
  });
});
