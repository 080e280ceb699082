/** Takes secrets out of text before it reaches the log (R32), so that nothing downstream has to. */

/** What stands in the log instead. */
export const removed = "[removed]";

/** Names of variables, headers and fields whose values are secrets. */
const secretName = "pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|private[_-]?key|credentials?|authorization|cookie";
const namedSecret = new RegExp(`((?:${secretName})["']?\\s*[=:]\\s*["']?)(?:(?:bearer|basic|token)\\s+)?([^\\s"',;&}]+)`, "gi");
const url = /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s"'<>]+/gi;
/** A shorter one would be found in words that have nothing to do with it. */
const leastLength = 6;

export type Redact = (text: string) => string;

export function isSecretName(name: string): boolean {
  return new RegExp(secretName, "i").test(name);
}

/** By patterns alone: user info and query values of URLs, values of names that hold secrets. */
export function redact(text: string): string {
  return text.replace(url, cleanUrl).replace(namedSecret, `$1${removed}`);
}

/**
 * Removes exactly these texts: as they are, in base64 (also inside a longer base64 text) and percent-encoded. Those of less than 6 characters are left out. `secrets` may
 * grow: some of a run's are only known when its compose files have been read, and its log is open by then.
 */
export function exactRedactor(secrets: readonly string[]): Redact {
  let known = 0;
  let pattern: RegExp | null = null;
  return (text) => {
    if (secrets.length !== known) pattern = patternOf(secrets);
    known = secrets.length;
    return pattern === null ? text : text.replace(pattern, removed);
  };
}

/** As in the log: exact secrets, then what the patterns find. */
export function cleanedOf(secrets: readonly string[]): Redact {
  const exact = exactRedactor(secrets);
  return (text) => redact(exact(text));
}

function patternOf(secrets: readonly string[]): RegExp | null {
  const spellings = new Set(secrets.filter((secret) => secret.length >= leastLength).flatMap(spellingsOf));
  if (spellings.size === 0) return null;
  const longestFirst = [...spellings].toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((spelling) => spelling.replaceAll(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("|"), "g");
}

/** Values that the patterns find in a text, so that they can be removed wherever else they turn up. */
export function secretsInText(text: string): string[] {
  const named = [...text.matchAll(namedSecret)].map((match) => match[2] ?? "");
  const users = [...text.matchAll(/:\/\/[^\s/@:"']*:([^\s/@"']+)@/g)].map((match) => match[1] ?? "");
  return [...named, ...users].filter((value) => !value.includes("{{")).flatMap((value) => [value, ...decoded(value)]);
}

/** Inside a URL a secret stands percent-encoded. */
function decoded(value: string): string[] {
  try {
    return value.includes("%") ? [decodeURIComponent(value)] : [];
  } catch {
    return [];
  }
}

function cleanUrl(text: string): string {
  const [address = "", ...query] = text.split("?");
  const bare = address.replace(/^([^:]+:\/\/)[^/@]*@/, `$1${removed}@`);
  return query.length === 0 ? bare : `${bare}?${query.join("?").replaceAll(/=[^&#]*/g, `=${removed}`)}`;
}

function spellingsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const form = percent.replaceAll("%20", "+");
  const plain = [secret, JSON.stringify(secret).slice(1, -1), percent, form];
  const lower = [percent, form].map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  return [...plain, ...lower, ...[0, 1, 2].flatMap((offset) => base64At(Buffer.from(secret), offset))];
}

/** How the bytes look inside base64 when `offset` bytes stand before them; without the letters at the ends that depend on the neighbours. */
function base64At(bytes: Buffer, offset: number): string[] {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  const certain = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  return [certain, certain.replaceAll("+", "-").replaceAll("/", "_")];
}
