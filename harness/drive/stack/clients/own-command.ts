/** A command of the user's own, with its places filled in: an argument list, never a shell line. */

import { dirname } from "node:path";
import { formatAddress } from "../../../base/loopback-address.ts";
import { fillTemplate, parseTemplate } from "../../../scenario/template.ts";
import { assertPermitted } from "../../guard/guard.ts";
import { nodeAddress, type Address } from "../address.ts";
import type { Stack } from "../stack.ts";

type Ground = Pick<Stack, "addresses" | "run" | "guard">;

/** {{node:name}} and {{node:name:port}}, {{link:name}}: host:port · {{run}} · and what is `given` by name. A first word "node" is the pinned one that runs us. */
export function filledCommand(command: readonly string[], ground: Ground, given: Readonly<Record<string, string>> = {}): string[] {
  const [program = "", ...rest] = command.map((word) => filledText(word, ground, given));
  return [program === "node" ? process.execPath : program, ...rest];
}

export function filledText(text: string, { addresses, run, guard }: Ground, given: Readonly<Record<string, string>> = {}): string {
  // What a command does with an address is the user's business; it is not told of places that may not be touched.
  const written = (address: Address): string => {
    assertPermitted(address, guard);
    return formatAddress(address);
  };
  return fillTemplate(parseTemplate(text), ({ name, arguments: [first, second] }) => {
    if (name === "run") return run;
    if (name === "node" && first !== undefined) return written(nodeAddress(addresses, first, second));
    const link = name === "link" && first !== undefined ? addresses.links[first] : undefined;
    return link === undefined ? given[name] : written(link);
  });
}

/** Such a command finds what the user's shell has: credentials and settings of their tools stand there, and not in a file of ours. */
export function wholeEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(own), PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` };
}
