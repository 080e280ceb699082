/** The real Toxiproxy. Nobody needs it for the default run: the embedded proxy speaks the same interface. */

import { findTool, prepareTool, provideTool, type BuildContext, type GoTool, type ToolBinary } from "./go-tool.ts";

const goModule = "github.com/Shopify/toxiproxy/v2";

export const toxiproxy: GoTool = {
  title: "Toxiproxy",
  program: "toxiproxy-server",
  variable: "ROADWORTHY_TOXIPROXY",
  module: goModule,
  package: "cmd/server",
  // Without its release every build calls itself "git".
  linkerFlags: (version) => [`-X ${goModule}.Version=${version}`],
  failsAs: "proxy-unavailable",
  orElse: "leave out --proxy",
};

/** What is there without building anything; null when there is nothing. `proxy-unavailable` when the user names what cannot be run. */
export function findToxiproxy(environment: Readonly<Record<string, string | undefined>> = process.env): ToolBinary | null {
  return findTool(toxiproxy, environment);
}

/** Sees to it that there is one, apart from any run. */
export async function provideToxiproxy(onProgress: (note: string) => void): Promise<ToolBinary> {
  return await provideTool(toxiproxy, onProgress);
}

/** Builds one when nothing else is there. Errors: `proxy-unavailable` with what helps. */
export async function prepareToxiproxy(context: BuildContext): Promise<ToolBinary> {
  return await prepareTool(toxiproxy, context);
}
