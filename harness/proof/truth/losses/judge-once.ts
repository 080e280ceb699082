/** Judges one scenario's log in this process, and prints what was lost, how long that took by the clock and by the processor, and how much memory. */

import { nowUs } from "../../../base/time.ts";
import { judgeScenario } from "../../../judge/index.ts";

const bytesPerKibibyte = 1024;

const baseBytes = process.memoryUsage.rss();
const beganUs = nowUs();
const before = process.cpuUsage();
const { verdict } = judgeScenario(process.argv[2] ?? "");
const seconds = (nowUs() - beganUs) / 1_000_000;
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ seconds, processorSeconds: (user + system) / 1_000_000, baseBytes, peakBytes: process.resourceUsage().maxRSS * bytesPerKibibyte, loss: verdict.dataLoss }));
