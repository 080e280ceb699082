/**
 * A holder: a process that keeps something from others as long as it lives, so that its end is the healing, whatever ended it. It does
 * nothing until it is told what to hold, by one line of JSON, and says `holding …` once it does.
 *
 *   started ── order ──▶ taking ── "holding …" ──▶ holding ── killed, told to end, or the input closes ──▶ gone
 */

import { runSpawned } from "../../../base/spawned.ts";
import { holdConnections } from "./connections.ts";
import { holdDisk } from "./disk.ts";
import { holdOrderSchema, type Holding, type HoldOrder } from "./order.ts";
import { holdProcessor } from "./processor.ts";
import { holdRedisPause } from "./redis-pause.ts";
import { holdTableLock } from "./table-lock.ts";

await runSpawned(async ({ say, next, ended }) => {
  const line = await next();
  if (line === undefined) return;
  let said = false;
  const sayOnce = (what: string): void => {
    if (!said) say(`holding ${what}`);
    said = true;
  };
  await hold(holdOrderSchema.parse(line), { say: sayOnce, ended });
});

async function hold(order: HoldOrder, holding: Holding): Promise<void> {
  switch (order.hold) {
    case "connections":
      await holdConnections(order, holding);
      break;
    case "table-lock":
      await holdTableLock(order, holding);
      break;
    case "redis-pause":
      await holdRedisPause(order, holding);
      break;
    case "disk":
      await holdDisk(order, holding);
      break;
    case "processor":
      holdProcessor(order, holding);
      break;
  }
}
