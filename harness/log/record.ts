/**
 * The bytes of a segment. One file per writing process:
 *
 *   magic "RWLOG\x01\n" · then records, each  u32 length · u32 CRC-32 of the payload · payload (JSON, UTF-8)     ".events"
 *   magic "RWREQ\x01\n" · one such record naming routes and workloads · then 44-byte request records           ".requests"
 *
 * Little endian. A reader takes whole records with a right checksum and stops at the first that is not (R16).
 */

import { crc32 } from "node:zlib";
import { requestOutcomes, type RequestEvent } from "./event.ts";

export const eventMagic = Buffer.from("RWLOG\u0001\n", "latin1");
export const requestMagic = Buffer.from("RWREQ\u0001\n", "latin1");
export const frameHeaderBytes = 8;
/** A length beyond this is taken for damage, not for a record. */
export const maxRecordBytes = 64 * 1024 * 1024;
export const requestBytes = 44;

/** Frames one JSON payload. */
export function frame(payload: string): Buffer {
  const framed = Buffer.allocUnsafe(framedBytes(payload));
  frameInto(framed, 0, payload);
  return framed;
}

export function framedBytes(payload: string): number {
  return frameHeaderBytes + Buffer.byteLength(payload);
}

/** Frames it where `framedBytes` of room are. */
export function frameInto(target: Buffer, offset: number, payload: string): void {
  const begin = offset + frameHeaderBytes;
  const length = target.write(payload, begin);
  target.writeUInt32LE(length, offset);
  target.writeUInt32LE(crc32(target.subarray(begin, begin + length)), offset + 4);
}

/** Names behind the numbers in request records. */
export interface RequestTable {
  routes: readonly string[];
  workloads: readonly string[];
}

/** A request as the engine holds it: names already turned into their numbers. */
export interface RequestRecord {
  workload: number;
  route: number;
  intendedUs: number;
  startUs: number;
  firstByteUs: number;
  endUs: number;
  status: number;
  outcome: number;
  bytes: number;
}

/** A record is made here and copied: a view of each place in a block, for its checksum, would be an object for each request. */
const made = Buffer.alloc(requestBytes);
const sized = new DataView(made.buffer, made.byteOffset, requestBytes);
const summed = made.subarray(0, requestBytes - 4);

export function encodeRequest(target: Buffer, offset: number, record: RequestRecord): void {
  sized.setFloat64(0, record.intendedUs, true);
  sized.setFloat64(8, record.startUs, true);
  sized.setFloat64(16, record.endUs, true);
  sized.setUint32(24, clamp(record.firstByteUs - record.startUs), true);
  sized.setUint32(28, clamp(record.bytes), true);
  sized.setUint16(32, record.route, true);
  sized.setUint16(34, record.status, true);
  sized.setUint8(36, record.outcome);
  sized.setUint8(37, record.workload);
  sized.setUint32(40, crc32(summed), true);
  target.set(made, offset);
}

/** The request at `offset`, or null when its checksum is wrong. */
export function decodeRequest(source: Buffer, offset: number, table: RequestTable): RequestEvent | null {
  if (source.readUInt32LE(offset + 40) !== crc32(source.subarray(offset, offset + 40))) return null;
  const route = table.routes[source.readUInt16LE(offset + 32)];
  const workload = table.workloads[source.readUInt8(offset + 37)];
  const outcome = requestOutcomes[source.readUInt8(offset + 36)];
  if (route === undefined || workload === undefined || outcome === undefined) return null;
  const startUs = source.readDoubleLE(offset + 8);
  const endUs = source.readDoubleLE(offset + 16);
  return {
    type: "request",
    at: endUs,
    workload,
    route,
    intendedUs: source.readDoubleLE(offset),
    startUs,
    firstByteUs: startUs + source.readUInt32LE(offset + 24),
    endUs,
    status: source.readUInt16LE(offset + 34),
    outcome,
    bytes: source.readUInt32LE(offset + 28),
  };
}

function clamp(value: number): number {
  return Math.min(0xffff_ffff, Math.max(0, Math.round(value)));
}
