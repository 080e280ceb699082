/** The load tools that the bench compares with, pinned: `npm run bench:install`. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../base/entry.ts";
import { installTools, runInstaller, toolsBinaries, toolsFolder, toolsPath, type Tool } from "../cached-tools.ts";
import { onPath } from "../on-path.ts";

export async function installPeers(say: (line: string) => void): Promise<void> {
  await installTools(tools, say);
}

const tools: readonly Tool[] = [
  goTool("hey", "github.com/rakyll/hey", "v0.1.4"),
  goTool("vegeta", "github.com/tsenart/vegeta/v12", "v12.12.0"),
  // The k6 of this repository's go.mod.
  tool("k6", () => runInstaller("go", ["build", "-o", `${toolsBinaries}/`, "go.k6.io/k6"], packageRoot)),
  tool("autocannon", () => runInstaller("npm", ["install", "--prefix", toolsFolder, "--no-audit", "--no-fund", "autocannon@8.0.0"])),
  tool("wrk", () => runInstaller("apt-get", ["install", "-y", "-qq", "wrk"])),
  tool("nginx", () => runInstaller("apt-get", ["install", "-y", "-qq", "nginx-light"])),
];

function tool(name: string, install: () => Promise<void>): Tool {
  return { name, find: () => onPath(name, toolsPath()), install };
}

/** Of a module that is no part of ours: built from a go.mod that is made here, so that only what it names is asked for. */
function goTool(name: string, module: string, version: string): Tool {
  return tool(name, async () => {
    const folder = mkdtempSync(join(tmpdir(), "roadworthy-peers-"));
    try {
      writeFileSync(join(folder, "go.mod"), `module peers\n\ngo 1.25.0\n\nrequire ${module} ${version}\n`);
      await runInstaller("go", ["build", "-mod=mod", "-o", `${toolsBinaries}/`, module], folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
