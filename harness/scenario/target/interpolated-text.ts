/** `${NAME}` in a text, as Compose fills it in: `$$`, `${A:-b}`, `${A-b}`, `${A:?why}`, `${A:+b}`, one inside the other. Pure. */

export function interpolatedText(text: string, lookup: Lookup): string {
  let filled = "";
  let position = 0;
  for (let dollar = text.indexOf("$"); dollar >= 0; dollar = text.indexOf("$", position)) {
    filled += text.slice(position, dollar);
    const place = placeAt(text, dollar);
    filled += place.is === "text" ? place.text : valueOf(place.inner, lookup);
    position = place.end;
  }
  return filled + text.slice(position);
}

export interface Lookup {
  readonly variables: Readonly<Record<string, string>>;
  /** Told each name that has no value and no default; it is taken as empty. */
  readonly onMissing: (name: string) => void;
}

type Place = { is: "text"; text: string; end: number } | { is: "variable"; inner: string; end: number };

function placeAt(text: string, dollar: number): Place {
  const after = text.slice(dollar + 1);
  if (after.startsWith("$")) return { is: "text", text: "$", end: dollar + 2 };
  const end = after.startsWith("{") ? closing(text, dollar + 2) : -1;
  if (end >= 0) return { is: "variable", inner: text.slice(dollar + 2, end), end: end + 1 };
  const name = /^[a-zA-Z_]\w*/.exec(after)?.[0];
  if (name === undefined) return { is: "text", text: "$", end: dollar + 1 };
  return { is: "variable", inner: name, end: dollar + 1 + name.length };
}

/** Where the brace that stands open at `from` is closed; -1 when it is not. */
function closing(text: string, from: number): number {
  let open = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text.startsWith("${", index)) open += 1;
    else if (text[index] === "}") open -= 1;
    if (open === 0) return index;
  }
  return -1;
}

function valueOf(inner: string, lookup: Lookup): string {
  const [, name = "", colon = "", rule = "", rest = ""] = /^([a-zA-Z_]\w*)(?:(:?)([-?+])(.*))?$/s.exec(inner) ?? [];
  const found = Object.hasOwn(lookup.variables, name) ? lookup.variables[name] : undefined;
  const isSet = found !== undefined && (colon === "" || found !== "");
  if (rule === "+") return isSet ? interpolatedText(rest, lookup) : "";
  if (isSet) return found;
  if (rule === "-") return interpolatedText(rest, lookup);
  if (rule === "?" || found === undefined) lookup.onMissing(name === "" ? inner : name);
  return found ?? "";
}
