/** The warden as a process: `node warden.ts <run> <state folder>`. Outlives a supervisor that is killed, and finishes its work from the journal. */

import { healRun } from "./heal.ts";
import { dismissal } from "./system/start-warden.ts";

const [run = "", stateFolder = ""] = process.argv.slice(2);
// Whoever ends a whole group of processes means the supervisor as well, and then this one is needed.
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
let said = "";
process.stdin.setEncoding("utf8").on("data", (text: string) => (said += text));
process.stdin.once("close", () => {
  if (said.trim() !== dismissal) void healRun(stateFolder, run);
});
