/** Fills a small disk with a file that has no name: the space is free again when the process that has it open is gone. */

import { closeSync, openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { RoadworthyError, systemErrorCode } from "../../../base/error.ts";
import { freshToken } from "../../../base/random.ts";
import type { Hold, Holding } from "./order.ts";
import { restUnlessEnded } from "./rest.ts";

const mebibyte = 1024 * 1024;
const chunkSizes = [mebibyte, 4096] as const;
const fillEveryMs = 50;
/** How Linux calls a file system in memory. */
const inMemory = 0x0102_1994;

export async function holdDisk({ folder, sizeMiB }: Hold<"disk">, { say, ended }: Holding): Promise<void> {
  const { type, blocks, bsize } = statfsSync(folder);
  if (type !== inMemory || blocks * bsize > sizeMiB * mebibyte) {
    throw new RoadworthyError("not-allowed", `${folder} is not on the small disk that was given to it`, { hint: "only disks that the run has made are filled" });
  }
  const path = join(folder, `roadworthy-${freshToken(8)}`);
  const file = openSync(path, "wx", 0o600);
  unlinkSync(path);
  try {
    while (!ended.aborted) {
      const addedBytes = fill(file);
      if (addedBytes === 0) say(`${sizeMiB} MiB, all of them used`);
      // What others give back is taken as well.
      await restUnlessEnded(fillEveryMs, ended);
    }
  } finally {
    closeSync(file);
  }
}

function fill(file: number): number {
  let addedBytes = 0;
  for (const size of chunkSizes) {
    const chunk = Buffer.alloc(size, 1);
    for (let written = write(file, chunk); written > 0; written = write(file, chunk)) addedBytes += written;
  }
  return addedBytes;
}

/** 0 when nothing fits any more. */
function write(file: number, chunk: Buffer): number {
  try {
    return writeSync(file, chunk);
  } catch (error) {
    if (systemErrorCode(error) === "ENOSPC") return 0;
    throw error;
  }
}
