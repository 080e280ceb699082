/** Reads the log in the folder that it is given, once, and prints how long that took and what it did to this process's memory. */

import { nowUs } from "../../../base/time.ts";
import { openLog } from "../../../log/reader.ts";

const eventsPerLook = 20_000;
const mebibyte = 2 ** 20;

const log = openLog(process.argv[2] ?? "");
const beforeBytes = process.memoryUsage.rss();
const startUs = nowUs();
let peakBytes = beforeBytes;
let requests = 0;
let seen = 0;
for (const event of log.events()) {
  seen += 1;
  if (event.type === "request") requests += 1;
  if (seen % eventsPerLook === 0) peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
}
const seconds = (nowUs() - startUs) / 1_000_000;
console.log(JSON.stringify({ requests, seconds, grownMiB: (peakBytes - beforeBytes) / mebibyte, peakMiB: peakBytes / mebibyte }));
