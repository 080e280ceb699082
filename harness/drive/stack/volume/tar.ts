/**
 * Archives as container engines take and give them, read and written on the way, so that nothing of their size is held in memory: an entry is a
 * head of 512 bytes and its content, filled up to a multiple of 512; two blocks of nothing are the end (POSIX.1-1988, "ustar").
 */

import { RoadworthyError } from "../../../base/error.ts";
import { Bytes } from "./bytes.ts";

export type Tar = AsyncIterable<Buffer>;

export interface TarEntry {
  /** "pg_wal/000000010000000000000001", without a slash at its end. */
  readonly name: string;
  readonly is: "file" | "folder" | "other";
  readonly sizeBytes: number;
  readonly uid: number;
  readonly gid: number;
}

/** What becomes of an entry. */
export type TarPlace = Pick<TarEntry, "name" | "uid" | "gid">;

const blockBytes = 512;
const nameBytes = 100;
const longestNoteBytes = 65_536;
/** Where each stands in a head, and how long it is. */
const fields = { name: [0, nameBytes], mode: [100, 8], uid: [108, 8], gid: [116, 8], size: [124, 12], time: [136, 12], sum: [148, 8], magic: [257, 8], prefix: [345, 155] } as const;
const kindAt = 156;

/** The end of an archive: without it, archives and entries can be put one behind the other. */
export const endOfTar: Buffer = Buffer.alloc(2 * blockBytes);

export function tarFile(place: TarPlace, text: string): Buffer {
  const content = Buffer.from(text);
  return Buffer.concat([newHead("0", place, content.length), content, Buffer.alloc(fillOf(content.length))]);
}

export function tarFolder(place: TarPlace): Buffer {
  return newHead("5", place, 0);
}

/** All entries, without the end, each where `place` says; those for which it says null are left out. */
export async function* entriesOf(tar: Tar, place: (entry: TarEntry) => TarPlace | null): Tar {
  const bytes = new Bytes(tar);
  for (let head = await nextHead(bytes); head !== null; head = await nextHead(bytes)) {
    const entry = entryOf(head);
    const to = place(entry);
    if (to !== null) yield placed(head, to);
    for await (const chunk of bytes.upTo(entry.sizeBytes + fillOf(entry.sizeBytes))) if (to !== null) yield chunk;
  }
}

/** The first file whose name passes, as text; null when there is none. */
export async function fileIn(tar: Tar, isWanted: (name: string) => boolean): Promise<(TarEntry & { readonly text: string }) | null> {
  const bytes = new Bytes(tar);
  for (let head = await nextHead(bytes); head !== null; head = await nextHead(bytes)) {
    const entry = entryOf(head);
    if (entry.is === "file" && isWanted(entry.name)) return { ...entry, text: (await bytes.exactly(entry.sizeBytes)).toString("utf8") };
    for await (const _chunk of bytes.upTo(entry.sizeBytes + fillOf(entry.sizeBytes)));
  }
  return null;
}

/** Null at the end. Notes that later forms of the archive put before an entry (times in parts of a second) are left out. */
async function nextHead(bytes: Bytes): Promise<Buffer | null> {
  for (;;) {
    const head = await bytes.exactly(blockBytes);
    if (head.every((byte) => byte === 0)) return null;
    if (octal(head, fields.sum) !== sumOf(head)) throw unreadable("the sum of an entry's head is not right");
    const kind = String.fromCharCode(head[kindAt] ?? 0);
    if (kind === "L" || kind === "K") throw unreadable("a name is longer than 255 bytes");
    if (kind !== "x" && kind !== "g") return head;
    const sizeBytes = octal(head, fields.size);
    if (sizeBytes > longestNoteBytes) throw unreadable(`a note of ${sizeBytes} bytes`);
    const note = (await bytes.exactly(sizeBytes + fillOf(sizeBytes))).toString("utf8", 0, sizeBytes);
    if (/^\d+ (path|linkpath|size|uid|gid)=/m.test(note)) throw unreadable("a name, a size or an owner that its head has no room for");
  }
}

function entryOf(head: Buffer): TarEntry {
  const name = textOf(head, fields.name);
  const prefix = textOf(head, fields.prefix);
  const kind = String.fromCharCode(head[kindAt] ?? 0);
  return {
    name: (prefix === "" ? name : `${prefix}/${name}`).replace(/^\.\//, "").replace(/\/+$/, ""),
    is: kind === "0" || kind === "\0" ? "file" : kind === "5" ? "folder" : "other",
    sizeBytes: octal(head, fields.size),
    uid: octal(head, fields.uid),
    gid: octal(head, fields.gid),
  };
}

function newHead(kind: "0" | "5", place: TarPlace, sizeBytes: number): Buffer {
  const head = Buffer.alloc(blockBytes);
  write(head, fields.mode, octalText(kind === "5" ? 0o700 : 0o600, fields.mode));
  write(head, fields.size, octalText(sizeBytes, fields.size));
  write(head, fields.time, octalText(0, fields.time));
  write(head, fields.magic, "ustar\u000000");
  head.write(kind, kindAt);
  return placed(head, place);
}

/** A copy of the head with another name and owner; all else is as it was. */
function placed(head: Buffer, { name, uid, gid }: TarPlace): Buffer {
  const copy = Buffer.from(head);
  const cut = Buffer.byteLength(name) <= nameBytes ? -1 : name.indexOf("/", name.length - nameBytes - 1);
  if (cut < 0 && Buffer.byteLength(name) > nameBytes) throw unreadable(`there is no room for the name ${name}`);
  write(copy, fields.name, name.slice(cut + 1));
  write(copy, fields.prefix, cut < 0 ? "" : name.slice(0, cut));
  write(copy, fields.uid, octalText(uid, fields.uid));
  write(copy, fields.gid, octalText(gid, fields.gid));
  write(copy, fields.sum, `${sumOf(copy).toString(8).padStart(6, "0")}\0 `);
  return copy;
}

/** As if the sum itself were blank. */
function sumOf(head: Buffer): number {
  const [at, length] = fields.sum;
  return head.reduce((sum, byte, index) => sum + (index >= at && index < at + length ? 0x20 : byte), 0);
}

function fillOf(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}

type Field = readonly [at: number, length: number];

function textOf(head: Buffer, [at, length]: Field): string {
  return head.toString("utf8", at, at + length).split("\0", 1)[0] ?? "";
}

/** Numbers too big for octal digits are written as bytes, with the highest bit set (GNU): contents of 8 GiB and more. */
function octal(head: Buffer, [at, length]: Field): number {
  if (((head[at] ?? 0) & 0x80) !== 0) return Number(head.readBigUInt64BE(at + length - 8));
  return Number.parseInt(head.toString("latin1", at, at + length).replaceAll("\0", " ").trim() || "0", 8);
}

function octalText(value: number, [, length]: Field): string {
  return `${value.toString(8).padStart(length - 1, "0")}\0`;
}

function write(head: Buffer, [at, length]: Field, value: string): void {
  const bytes = Buffer.from(value);
  if (bytes.length > length) throw unreadable(`there is no room for ${value}`);
  head.fill(0, at, at + length);
  bytes.copy(head, at);
}

function unreadable(why: string): RoadworthyError {
  return new RoadworthyError("stack-unavailable", `the archive cannot be read: ${why}`, { hint: "back it up by a command of your own (`by: command`)" });
}
