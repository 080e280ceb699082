/** A query that is a program of the user's own: one row per line it prints, columns apart by tabs. A short tool with a deadline, never a shell. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf, RoadworthyError } from "../../../base/error.ts";
import { fillTemplate, parseTemplate } from "../../../scenario/template.ts";
import { nodeAddress, type Addresses } from "../address.ts";

const outputLimitBytes = 16 * 1024 * 1024;

/** `{{node:name}}` and `{{node:name:port}}` in the arguments become host:port. Rejects when the program fails or is too late. */
export async function runProgram(command: readonly string[], addresses: Addresses, timeoutMs: number): Promise<string[][]> {
  const [program = "", ...args] = command.map((argument) => fillTemplate(parseTemplate(argument), ({ name, arguments: [node, port] }) => (name === "node" && node !== undefined ? written(addresses, node, port) : undefined)));
  try {
    const { stdout } = await promisify(execFile)(program, args, { timeout: Math.max(1, Math.ceil(timeoutMs)), maxBuffer: outputLimitBytes, killSignal: "SIGKILL" });
    return stdout.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  } catch (error) {
    throw new RoadworthyError("target-invalid", `${program}: ${messageOf(error)}`, { where: program, hint: "run the command by itself; it must print the answer within its time and end with 0", cause: error });
  }
}

function written(addresses: Addresses, node: string, port: string | undefined): string {
  const address = nodeAddress(addresses, node, port);
  return `${address.host}:${address.port}`;
}
