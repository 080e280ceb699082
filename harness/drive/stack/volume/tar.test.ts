import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../base/spawned.fixture.ts";
import { endOfTar, entriesOf, fileIn, tarFile, tarFolder, type Tar } from "./tar.ts";

const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** In pieces that fit nothing. */
async function* inPieces(whole: Buffer, sizeBytes = 333): Tar {
  for (let at = 0; at < whole.length; at += sizeBytes) yield await Promise.resolve(whole.subarray(at, at + sizeBytes));
}

async function wholeOf(tar: Tar): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk);
  return Buffer.concat([...chunks, endOfTar]);
}

test("what another program packed is put elsewhere and unpacked by it again, without what is left out", async () => {
  using folder = temporaryFolder();
  const long = `${"a".repeat(40)}/${"b".repeat(40)}`;
  const under = "u".repeat(60);
  mkdirSync(join(folder.path, "from", long), { recursive: true });
  mkdirSync(join(folder.path, "to"));
  writeFileSync(join(folder.path, "from", "kept"), "k".repeat(5_000));
  writeFileSync(join(folder.path, "from", "left-out"), "l".repeat(700));
  writeFileSync(join(folder.path, "from", long, "deep"), "d");
  // With times in parts of a second, which are notes of their own.
  const packed = execFileSync("tar", ["--format=pax", "-C", join(folder.path, "from"), "-cf", "-", "."]);
  const moved = await wholeOf(entriesOf(inPieces(packed), ({ name }) => (name === "left-out" ? null : { name: `${under}/${name}`.replace(/\/\.?$/, ""), ...owner })));
  execFileSync("tar", ["-C", join(folder.path, "to"), "-xf", "-"], { input: moved });
  expect(readFileSync(join(folder.path, "to", under, "kept"), "utf8")).toBe("k".repeat(5_000));
  expect(readFileSync(join(folder.path, "to", under, long, "deep"), "utf8")).toBe("d");
  expect(() => statSync(join(folder.path, "to", under, "left-out"))).toThrow("ENOENT");
});

test("new entries are unpacked with their modes, and a file is found by its name", async () => {
  using folder = temporaryFolder();
  const whole = Buffer.concat([tarFolder({ name: "data", ...owner }), tarFile({ name: "data/one", ...owner }, "first"), tarFile({ name: "data/two", ...owner }, "x".repeat(512)), endOfTar]);
  execFileSync("tar", ["-C", folder.path, "-xf", "-"], { input: whole });
  expect(statSync(join(folder.path, "data")).mode & 0o777).toBe(0o700);
  expect(readFileSync(join(folder.path, "data", "two"), "utf8")).toBe("x".repeat(512));
  expect(await fileIn(inPieces(whole, 7), (name) => name.endsWith("two"))).toMatchObject({ name: "data/two", sizeBytes: 512, ...owner, text: "x".repeat(512) });
  expect(await fileIn(inPieces(whole), (name) => name === "three")).toBeNull();
});

function packedLong(): Buffer {
  using folder = temporaryFolder();
  const long = `${"a".repeat(60)}/${"b".repeat(60)}`;
  mkdirSync(join(folder.path, long), { recursive: true });
  return execFileSync("tar", ["--format=pax", "-C", folder.path, "-cf", "-", "."]);
}

test.each<[string, (whole: Buffer) => Buffer, RegExp]>([
  ["cut off", (whole) => whole.subarray(0, 1_100), /broke off \d+ bytes too early/],
  ["packed with a name too long for its head", () => packedLong(), /no room/],
  ["with a wrong sum", (whole) => Buffer.concat([Buffer.from("x"), whole.subarray(1)]), /sum/],
])("an archive that is %s is refused", async (_what, spoil, expected) => {
  const whole = spoil(Buffer.concat([tarFile({ name: "one", ...owner }, "1".repeat(900)), endOfTar]));
  await expect(wholeOf(entriesOf(inPieces(whole), (entry) => entry))).rejects.toThrow(expected);
});
