/** Configuration comes from environment variables only; a wrong one ends the process with one sentence that names it. */

export type Environment = Readonly<Record<string, string | undefined>>;

interface NumberLimits {
  readonly fallback: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** The text of a variable that must be set. */
export function requiredText(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`${name} must be set`);
  return value;
}

/** The text of a variable, or the fallback when it is unset or empty. */
export function optionalText(env: Environment, name: string, fallback: string): string {
  const value = env[name];
  return value === undefined || value === "" ? fallback : value;
}

/** A whole number within its limits (inclusive), or the fallback when the variable is unset or empty. */
export function wholeNumber(env: Environment, name: string, limits: NumberLimits): number {
  const text = env[name];
  if (text === undefined || text === "") return limits.fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= limits.minimum && value <= limits.maximum) return value;
  throw new Error(`${name} must be a whole number from ${limits.minimum} to ${limits.maximum}, not "${text}"`);
}

/** Where a process listens. Port 0 takes a free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export function listenAddress(env: Environment): Address {
  return {
    host: optionalText(env, "HOST", "127.0.0.1"),
    port: wholeNumber(env, "PORT", { fallback: 0, minimum: 0, maximum: 65_535 }),
  };
}
