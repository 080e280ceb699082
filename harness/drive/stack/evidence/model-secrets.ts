/** What a compose model tells its services in confidence: what they print must not take it into the log. */

import { readFileSync, statSync } from "node:fs";
import { secretsInValue } from "../../../log/secrets.ts";
import type { ComposeModel } from "../docker/model.ts";

/** A key or a certificate is shorter. */
const longestFileBytes = 64 * 1024;

/** Values of variables with telling names, passwords in addresses, and the contents of the model's own `secrets`. `environment`: the variables that become secrets. */
export function secretsInModel(model: ComposeModel, environment: Readonly<Record<string, string>>): string[] {
  const told = Object.values(model.services).flatMap(({ environment: variables, command, entrypoint, labels }) => secretsInValue([variables, command, entrypoint, labels]));
  const own = Object.values(model.secrets ?? {}).flatMap((secret) => [...linesOfFile(secret?.["file"]), ...variable(secret?.["environment"], environment)]);
  return [...new Set([...told, ...own])];
}

function linesOfFile(path: unknown): string[] {
  if (typeof path !== "string") return [];
  try {
    return statSync(path).size > longestFileBytes ? [] : lines(readFileSync(path, "utf8"));
  } catch {
    // Compose says itself what is wrong with it.
    return [];
  }
}

function variable(name: unknown, environment: Readonly<Record<string, string>>): string[] {
  return typeof name === "string" ? lines(environment[name] ?? "") : [];
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}
