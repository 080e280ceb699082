/**
 * Text that comes from the system under test, made harmless for every output: one line, no control characters (terminal escapes), no
 * characters that change the direction or hide text. Each output then escapes for its own syntax on top of this.
 */

/** One line of visible characters. C0 controls become their pictures (ESC → ␛), what has no picture becomes U+FFFD. */
export function plain(text: string): string {
  if (harmless.test(text)) return text;
  return text
    .toWellFormed()
    .replaceAll(/\r\n|[\t\n\r\p{Zl}\p{Zp}]/gu, " ")
    .replaceAll(/[\p{Cc}\p{Cf}\u{FFFE}\u{FFFF}]/gu, picture);
}

/** Each line by itself. */
export function plainLines(text: string): string {
  return text.split("\n").map(plain).join("\n");
}

/** Printable ASCII only, which most texts are: saves the long way round. */
const harmless = /^[ -~]*$/;

/** At most `most` characters (code points), the last one "…" when something was left out. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join("").trimEnd()}…`;
}

/** A statement short enough for a column or a name, cut at a word. */
export function short(text: string, most: number): string {
  const line = plain(text).trim();
  if (Array.from(line).length <= most) return line;
  const head = Array.from(line).slice(0, most - 1).join("");
  const space = head.lastIndexOf(" ");
  return `${(space > most / 2 ? head.slice(0, space) : head).trimEnd()}…`;
}

/** Lines of at most `width` characters; words longer than a line are broken. At most `most` lines, the last one cut. */
export function wrap(text: string, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of plain(text).split(" ").flatMap((whole) => pieces(whole, width))) {
    if (line !== "" && Array.from(line).length + 1 + Array.from(word).length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(line);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(" "), width)];
}

function pieces(word: string, width: number): string[] {
  const characters = Array.from(word);
  const found: string[] = [];
  for (let start = 0; start < characters.length; start += width) found.push(characters.slice(start, start + width).join(""));
  return found;
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "␡" : "\u{FFFD}";
}
