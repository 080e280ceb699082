/** Commands of a user's own that do what they should not: whoever waits for them is let go in time, and told. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { nowUs, poll } from "../../base/time.ts";
import { runCommand } from "./run-command.ts";
import { isAlive, identityOf } from "./system/processes.ts";

const node = (script: string, ...rest: string[]): string[] => [process.execPath, "-e", script, ...rest];
const longMs = 60_000;
/** A process that ends by nobody's leave, with the streams of whoever starts it. */
const staysOn = "const left = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); require('node:fs').writeFileSync(process.argv[1], String(left.pid)); left.unref();";

async function pidIn(path: string): Promise<number> {
  return (
    (await poll(
      async () => {
        try {
          return await Promise.resolve(Number(readFileSync(path, "utf8")) || undefined);
        } catch {
          return undefined;
        }
      },
      { intervalMs: 20, deadlineUs: nowUs() + 10_000_000 },
    )) ?? 0
  );
}

test("R6: one that hangs is ended in its time, with what it has started", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "pid");
  const running = runCommand(node(`${staysOn} setInterval(() => {}, 1000);`, path), folder.path, 2_000);
  const left = identityOf(await pidIn(path));
  expect((await running).problem).toBe(`${process.execPath} did not end within 2000 ms`);
  expect(left).not.toBeNull();
  expect(await poll(async () => await Promise.resolve(left !== null && isAlive(left) ? undefined : true), { intervalMs: 20, deadlineUs: nowUs() + 10_000_000 })).toBe(true);
});

test("one of a run is known by the run's mark, so that it does not outlive a harness that is killed; one that heals bears none", async () => {
  using folder = temporaryFolder();
  const marked = (run: string | null): Promise<string> => runCommand(node("console.log(process.env.ROADWORTHY_RUN ?? 'none')"), folder.path, longMs, run).then(({ lastLine }) => lastLine);
  expect([await marked("run-1"), await marked(null)]).toEqual(["run-1", "none"]);
});

test("one that leaves something running behind has ended when it has ended itself", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "pid");
  expect(await runCommand(node(`${staysOn} console.log('started')`, path), folder.path, longMs)).toEqual({ problem: null, lastLine: "started" });
  process.kill(await pidIn(path), "SIGKILL");
});

test("one that prints without end is read to its end, and only its last words are told", async () => {
  using folder = temporaryFolder();
  const flood = "for (let line = 0; line < 40_000; line += 1) console.error('a line of many bytes, again and again, ' + line); console.error('the reason'); process.exitCode = 3;";
  const { problem } = await runCommand(node(flood), folder.path, longMs);
  expect(problem).toMatch(/the reason$/);
  expect(problem?.length).toBeLessThan(5_000);
});

test.each<[string, string[], RegExp]>([
  ["is not there", ["no-such-program"], /ENOENT/],
  ["is killed", node("process.kill(process.pid, 'SIGKILL')"), /: ended with SIGKILL$/],
  ["fails without a word", node("process.exit(1)"), /: ended with 1$/],
])("one that %s: the problem says so", async (_what, command, expected) => {
  using folder = temporaryFolder();
  expect((await runCommand(command, folder.path, longMs)).problem).toMatch(expected);
});
