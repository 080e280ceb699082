/**
 * Gets the load tools that the bench compares with, pinned, into a folder of the user's cache: `npm run bench:install`. Each is
 * built or fetched by the package manager it belongs to; what is on PATH already is left alone, and what cannot be had is said.
 */

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../../base/error.ts";
import { packageRoot } from "../../../base/entry.ts";
import { onPath } from "../on-path.ts";

const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "roadworthy", "bench");
const binaries = join(cache, "bin");
const limitMs = 900_000;

/** PATH, and the folder of the cache behind it. */
export function peersPath(): string {
  return [process.env["PATH"] ?? "", binaries, join(cache, "node_modules", ".bin")].join(delimiter);
}

interface Way {
  readonly tools: readonly string[];
  install(): Promise<void>;
}

/** Modules that are no part of ours: they are built from a go.mod that is made here, so that only what it names is asked for. */
const goModule = `module peers
go 1.25.0
require (
	github.com/rakyll/hey v0.1.4
	github.com/tsenart/vegeta/v12 v12.12.0
)
`;

const ways: readonly Way[] = [
  {
    tools: ["hey", "vegeta"],
    install: async () => {
      const folder = mkdtempSync(join(tmpdir(), "roadworthy-peers-"));
      try {
        writeFileSync(join(folder, "go.mod"), goModule);
        await run("go", ["build", "-mod=mod", "-o", `${binaries}/`, "github.com/rakyll/hey", "github.com/tsenart/vegeta/v12"], folder);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  },
  // The k6 of this repository's go.mod.
  { tools: ["k6"], install: () => run("go", ["build", "-o", `${binaries}/`, "go.k6.io/k6"], packageRoot) },
  { tools: ["autocannon"], install: () => run("npm", ["install", "--prefix", cache, "--no-audit", "--no-fund", "autocannon@8.0.0"], cache) },
  { tools: ["wrk", "nginx"], install: () => run("apt-get", ["install", "-y", "-qq", "wrk", "nginx-light"], cache) },
];

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(command, args, { cwd, timeout: limitMs, maxBuffer: 64 * 1024 * 1024 });
}

/** Says of each tool where it is, or why it is not. */
export async function installPeers(say: (line: string) => void): Promise<void> {
  mkdirSync(binaries, { recursive: true });
  for (const { tools, install } of ways) {
    const missing = tools.filter((tool) => onPath(tool, peersPath()) === null);
    if (missing.length > 0) {
      say(`${missing.join(", ")}: installing …`);
      // One after the other: each takes the whole machine.
      await install().catch((error: unknown) => say(`  ${messageOf(error)}`));
    }
    for (const tool of tools) say(`${tool}: ${onPath(tool, peersPath()) ?? "not to be had; put it on PATH yourself"}`);
  }
}
