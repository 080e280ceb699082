/** Judges one scenario's log in this process, and prints what was lost, how long that took and how much memory. */

import { nowUs } from "../../../base/time.ts";
import { judgeScenario } from "../../../judge/index.ts";

const bytesPerKibibyte = 1024;

const baseBytes = process.memoryUsage.rss();
const beganUs = nowUs();
const { verdict } = judgeScenario(process.argv[2] ?? "");
const seconds = (nowUs() - beganUs) / 1_000_000;
console.log(JSON.stringify({ seconds, baseBytes, peakBytes: process.resourceUsage().maxRSS * bytesPerKibibyte, loss: verdict.dataLoss }));
