/** Takes secrets out of text before it reaches the log (R32), so that nothing downstream has to. */

const rules: readonly [RegExp, string][] = [
  // user:password@ of any URL or connection string
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"']*:[^\s/@"']*@/gi, "$1[removed]@"],
  // key=value and "key": "value" of names that hold secrets
  [/\b(password|passwd|secret|token|api[_-]?key|authorization|cookie)(["']?\s*[=:]\s*["']?)(?:(?:bearer|basic|token)\s+)?[^\s"',;&}]+/gi, "$1$2[removed]"],
];

export function redact(text: string): string {
  return rules.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
