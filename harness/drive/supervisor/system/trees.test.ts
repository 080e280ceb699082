import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identityOf, treesOf } from "./processes.ts";

const self = identityOf(process.pid) ?? { pid: process.pid, startTicks: 0 };

/** Starts another one, also in a session of its own, says its pid, and ends with its input. */
const parent = `const child = require("node:child_process").spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
console.log(child.pid);
process.stdin.on("end", () => { child.kill("SIGKILL"); process.exit(); }).resume();`;

test("a tree holds its root and all that this started; a root within it has its own tree", async () => {
  const started = spawn(process.execPath, ["-e", parent], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(started, "exit");
  const said = await new Promise<string>((resolve) => void started.stdout.setEncoding("utf8").once("data", resolve));
  const grandchild = identityOf(Number(said)) ?? self;
  const child = identityOf(started.pid ?? 0) ?? self;
  const pidsOf = (roots: Record<string, typeof self>): Record<string, number[]> =>
    Object.fromEntries([...treesOf(new Map(Object.entries(roots)))].map(([name, tree]) => [name, tree.map(({ pid }) => pid)]));
  const whole = pidsOf({ child });
  const apart = pidsOf({ child, grandchild });
  const stranger = pidsOf({ stranger: { ...child, startTicks: child.startTicks - 1 } });
  started.stdin.end();
  await exited;
  expect(whole).toEqual({ child: [child.pid, grandchild.pid] });
  expect(apart).toEqual({ child: [child.pid], grandchild: [grandchild.pid] });
  expect(stranger).toEqual({ stranger: [] });
});
