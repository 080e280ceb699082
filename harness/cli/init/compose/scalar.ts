/** A value of YAML as text, where one is expected: what is no text, number or yes or no becomes empty, and is found out by whoever needs it. */
export function scalarText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
