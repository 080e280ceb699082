/** The text of a `.env` file or an `env_file`, as variables. Pure. */

import { interpolatedText } from "./interpolated-text.ts";

const assignment = /^\s*(?:export\s+)?([a-zA-Z_][\w.-]*)\s*[=:]\s*(.*)$/;

/** Later lines may use the variables of earlier ones, and those of `outside`, which win. A name without a value is taken from `outside`. */
export function readEnvFile(text: string, outside: Readonly<Record<string, string>> = {}): Record<string, string> {
  const found: Record<string, string> = {};
  for (const line of joinedLines(text)) {
    const [, name, written = ""] = assignment.exec(line) ?? [];
    if (name === undefined) {
      const bare = line.trim();
      if (/^[a-zA-Z_]\w*$/.test(bare) && outside[bare] !== undefined) found[bare] = outside[bare];
      continue;
    }
    found[name] = valueOf(written, { ...found, ...outside });
  }
  return found;
}

/** Comments left out; a quote that is still open at the end of its line goes on in the next. */
function joinedLines(text: string): string[] {
  const lines: string[] = [];
  let open = "";
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    if (open === "" && /^\s*(?:#|$)/.test(line)) continue;
    const whole = open === "" ? line : `${open}\n${line}`;
    open = isOpen(whole) ? whole : "";
    if (open === "") lines.push(whole);
  }
  return open === "" ? lines : [...lines, open];
}

function isOpen(text: string): boolean {
  const written = assignment.exec(text.split("\n")[0] ?? "")?.[2] ?? "";
  const quote = written[0];
  if (quote !== '"' && quote !== "'") return false;
  const value = text.slice(text.indexOf(quote) + 1).replaceAll(/\\./gs, "");
  return !value.includes(quote);
}

function valueOf(written: string, variables: Readonly<Record<string, string>>): string {
  const single = /^'(.*)'/s.exec(written)?.[1];
  if (single !== undefined) return single;
  const double = /^"((?:\\.|[^"\\])*)"/s.exec(written)?.[1];
  const plain = double === undefined ? written.replace(/(?:^|\s+)#.*$/, "").trimEnd() : double.replaceAll(/\\([nrt"\\])/g, (_whole, mark: string) => escapes[mark] ?? mark);
  return interpolatedText(plain, { variables, onMissing: () => undefined });
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };
