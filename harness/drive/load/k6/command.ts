/** How k6 is called: the script unchanged, nothing of ours in what it reads, nothing of it beyond what may be touched. Pure. */

import { blacklistOf } from "../../guard/blacklist.ts";

const noBrowser = "/no/browser/under/roadworthy";

export interface K6Call {
  program: string;
  script: string;
  env: Readonly<Record<string, string>>;
  /** `address:port` pairs beyond loopback. */
  allowed: readonly string[];
  /** Where it leaves its summary, and what it takes for its home: settings of the user's own k6 do not reach it. */
  folder: string;
}

export interface K6Command {
  args: string[];
  env: Record<string, string>;
  summaryPath: string;
}

export function k6Command({ program, script, env, allowed, folder }: K6Call): K6Command {
  const summaryPath = `${folder}/summary.json`;
  // Points come on standard output, which its display leaves alone when it is quiet. No REST interface: nobody else is to steer it.
  const quiet = ["--quiet", "--no-color", "--no-usage-report", "--address", ""];
  const guarded = blacklistOf(allowed).flatMap((network) => ["--blacklist-ip", network]);
  return {
    args: [program, "run", ...quiet, ...guarded, "--summary-mode", "compact", "--summary-export", summaryPath, "--out", "json=-", script],
    // No K6_… of the environment gets here. Automatic extension resolution would download a k6 of its own, and a browser knows no guard.
    env: { ...env, HOME: folder, XDG_CONFIG_HOME: folder, K6_AUTO_EXTENSION_RESOLUTION: "false", K6_BROWSER_EXECUTABLE_PATH: noBrowser },
    summaryPath,
  };
}
