/** A query that is a program of the user's own: one row per line it prints, columns apart by tabs. A short tool with a deadline, never a shell. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { formatAddress } from "../../../base/loopback-address.ts";
import { fillTemplate, parseTemplate } from "../../../scenario/template.ts";
import { assertPermitted, type Guard } from "../../guard/guard.ts";
import { nodeAddress, type Address, type Addresses } from "../address.ts";

const outputLimitBytes = 16 * 1024 * 1024;

/** `{{node:name}}` and `{{node:name:port}}` in the arguments become host:port. Rejects when the program fails or is too late. */
export async function runProgram(command: readonly string[], addresses: Addresses, { timeoutMs, guard }: { timeoutMs: number; guard: Guard }): Promise<string[][]> {
  const [program = "", ...args] = command.map((argument) => fillTemplate(parseTemplate(argument), ({ name, arguments: [node, port] }) => (name === "node" && node !== undefined ? written(nodeAddress(addresses, node, port), guard) : undefined)));
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: Math.max(1, Math.ceil(timeoutMs)), maxBuffer: outputLimitBytes, killSignal: "SIGKILL" });
    return stdout.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  } catch (error) {
    throw new RoadworthyError("target-invalid", `${program}: ${messageOf(error)}`, { where: program, hint: "run the command by itself; it must print the answer within its time and end with 0", cause: error });
  }
}

/** What the program does with it is the user's business; it is not told of places that may not be touched. */
function written(address: Address, guard: Guard): string {
  assertPermitted(address, guard);
  return formatAddress(address);
}
