/** The processes of workloads that another tool sends: one for each, beside the load process. */

import { RoadworthyError } from "../../base/error.ts";
import { formatAddress } from "../../base/loopback-address.ts";
import { byEngine } from "../../scenario/workload/workload.ts";
import { fillTemplate, parseTemplate } from "../../scenario/template.ts";
import type { Scenario } from "../../scenario/scenario.ts";
import type { GuestWorkload } from "../../scenario/workload/engines.ts";
import type { GuestConfig } from "../load/guest/config.ts";
import { k6Version } from "../load/k6/version.ts";
import { nodeAddress, type Addresses } from "../stack/address.ts";
import { findTool, missingTool } from "../stack/tools/go-tool.ts";
import { k6 } from "../stack/tools/k6-binary.ts";
import type { SideProcessOptions } from "./side-process.ts";

const moduleOf = {
  k6: "harness/drive/load/k6/main",
  autocannon: "harness/drive/load/autocannon/main",
  ledger: "harness/drive/load/writers/main",
} as const satisfies Record<GuestWorkload["engine"], string>;

export interface GuestScene extends Omit<GuestConfig, "workload" | "program"> {
  scenario: string;
}

/** Errors: `tool-missing` for a tool that is not there, `target-invalid` for a place in the environment that nothing fills. */
export function guestProcess(workload: GuestWorkload, { scenario, ...shared }: GuestScene): SideProcessOptions {
  const made = workload.engine === "k6" ? { ...workload, env: filledEnvironment(workload.env, shared.addresses, shared.run) } : workload;
  const config: GuestConfig = { ...shared, workload: made, program: programOf(workload) };
  return { id: `${workload.engine}-${scenario}-${workload.name}`, module: moduleOf[workload.engine], config, folder: shared.scratchFolder };
}

/** Throws `tool-missing` when the tool of a workload is not there, or is another one. Asked before anything is started. */
export async function assertPrograms(scenarios: readonly Scenario[]): Promise<void> {
  const guests = scenarios.flatMap((scenario) => byEngine(scenario.workloads).guests);
  for (const program of new Set(guests.map(programOf))) if (program !== "") await k6Version(program);
}

function programOf(workload: GuestWorkload): string {
  if (workload.engine !== "k6") return "";
  const found = findTool(k6);
  if (found === null) throw missingTool(k6, `workload ${workload.name} runs a script of it, and it is not on the path nor in the cache`);
  return found.path;
}

/** {{node:name}}, {{node:name:port}} and {{link:name}}: host:port · {{run}}. */
function filledEnvironment(env: Readonly<Record<string, string>>, addresses: Addresses, run: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, filled(text, addresses, run)]));
}

function filled(text: string, addresses: Addresses, run: string): string {
  return fillTemplate(parseTemplate(text), ({ name, arguments: [first = "", second] }) => {
    if (name === "run") return run;
    if (name === "node") return formatAddress(nodeAddress(addresses, first, second));
    const link = name === "link" ? addresses.links[first] : undefined;
    if (name === "link" && link === undefined) throw new RoadworthyError("target-invalid", `there is no link "${first}"`, { hint: `links are: ${Object.keys(addresses.links).join(", ")}` });
    return link === undefined ? undefined : formatAddress({ host: link.host, port: link.port });
  });
}
