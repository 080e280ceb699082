/**
 * Drives the supervisor's mind through many seeds in virtual time, with every effect allowed to fail, to hang or to be told twice. Exits 1
 * at the first seed that ends badly, and names it.
 *
 *   npm run test:simulate -- [--seeds 10000] [--from 0]
 */

import { parseArgs } from "node:util";
import { messageOf } from "../base/error.ts";
import { nowUs } from "../base/time.ts";
import { simulate } from "./simulate/simulate.ts";

const { values } = parseArgs({ options: { seeds: { type: "string", default: "10000" }, from: { type: "string", default: "0" } } });
const [first, count] = [Number(values.from), Number(values.seeds)];
const beganUs = nowUs();
for (let seed = first; seed < first + count; seed += 1) {
  try {
    simulate(seed);
  } catch (error) {
    console.error(`seed ${seed}: ${messageOf(error)}\nagain: npm run test:simulate -- --from ${seed} --seeds 1`);
    process.exit(1);
  }
}
console.log(`${count} seeds from ${first} on: each came to its end, ${((nowUs() - beganUs) / 1_000_000).toFixed(1)} s`);
