import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../base/spawned.fixture.ts";
import { allowFileName } from "../../scenario/target/allow.ts";
import { allowedTargets } from "./allowed-targets.ts";

const listed = "hosts:\n  - { host: staging.example, port: 443, reason: our staging }\n  - { host: 203.0.113.7, port: 80, reason: a lab machine }\n  - { host: 169.254.169.254, port: 80, reason: a mistake }\n";
const resolve = async (): Promise<string[]> => ["203.0.113.8", "2001:db8::8"];

function folderWith(content: string | null): Disposable & { path: string } {
  const folder = temporaryFolder();
  if (content !== null) writeFileSync(join(folder.path, allowFileName), content);
  return folder;
}

function git(folder: string, ...args: string[]): void {
  execFileSync("git", ["-C", folder, "-c", "user.name=test", "-c", "user.email=test@example.org", ...args], { stdio: "ignore" });
}

test("R29: nothing named, nothing allowed, whatever the file holds", async () => {
  using folder = folderWith(listed);
  expect(await allowedTargets([], folder.path, resolve)).toEqual([]);
});

test("R29: what is named and listed is allowed, a name as the addresses that it has now", async () => {
  using folder = folderWith(listed);
  expect(await allowedTargets(["STAGING.example:443", "203.0.113.7:80"], folder.path, resolve)).toEqual(["203.0.113.8:443", "[2001:db8::8]:443", "203.0.113.7:80"]);
});

test.each([
  ["no file", null, "203.0.113.7:80", "not-allowed"],
  ["a host that is not listed", listed, "203.0.113.9:80", "not-allowed"],
  ["another port", listed, "203.0.113.7:81", "not-allowed"],
  ["a metadata address, although listed", listed, "169.254.169.254:80", "not-allowed"],
  ["no port", listed, "203.0.113.7", "usage"],
  ["a URL", listed, "http://203.0.113.7:80", "usage"],
  ["user info", listed, "app@203.0.113.7:80", "usage"],
  ["an entry without a reason", "hosts: [{ host: 203.0.113.7, port: 80 }]", "203.0.113.7:80", "usage"],
  ["a field that is not known", `${listed}\nall: true\n`, "203.0.113.7:80", "usage"],
] as const)("R29: %s is refused", async (_title, content, flag, code) => {
  using folder = folderWith(content);
  await expect(allowedTargets([flag], folder.path, resolve)).rejects.toMatchObject({ code });
});

test("R29: in a checkout the file counts only as it was committed", async () => {
  using folder = folderWith(listed);
  const flags = ["203.0.113.7:80"];
  git(folder.path, "init");
  await expect(allowedTargets(flags, folder.path)).rejects.toMatchObject({ code: "not-allowed", message: expect.stringContaining("not committed") });
  git(folder.path, "add", allowFileName);
  await expect(allowedTargets(flags, folder.path)).rejects.toMatchObject({ code: "not-allowed", message: expect.stringContaining("not committed") });
  git(folder.path, "commit", "-m", "Allow the lab machine");
  expect(await allowedTargets(flags, folder.path)).toEqual(flags);
  writeFileSync(join(folder.path, allowFileName), `${listed}  - { host: 203.0.113.9, port: 80, reason: added in haste }\n`);
  await expect(allowedTargets(flags, folder.path)).rejects.toMatchObject({ code: "not-allowed", message: expect.stringContaining("not committed") });
});
