/**
 * Keeps Redis paused. A server that is paused for all of its clients does not even listen to `CLIENT UNPAUSE`; only a connection that
 * watches it (`MONITOR`), which counts as a replica, is still heard. So the pause is a short one that such a connection renews: when we
 * are gone, it ends by itself within a second.
 */

import { once } from "node:events";
import { createInterface } from "node:readline";
import { RoadworthyError } from "../../../base/error.ts";
import { every } from "../../../base/time.ts";
import { connectGuarded } from "../../guard/connect.ts";
import { loopbackOnly } from "../../guard/guard.ts";
import type { Hold, Holding } from "./order.ts";

const pauseMs = 1_000;
const renewEveryMs = 250;

export async function holdRedisPause({ address }: Hold<"redis-pause">, { say, ended }: Holding): Promise<void> {
  const socket = connectGuarded(address, loopbackOnly);
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  socket.once("error", (error) => lost.reject(error));
  socket.once("close", () => lost.reject(new RoadworthyError("fault-unavailable", "Redis has closed the connection")));
  let answers = 0;
  createInterface({ input: socket }).on("line", (line) => {
    if (line.startsWith("-")) lost.reject(new RoadworthyError("fault-unavailable", `Redis answered ${line.slice(1)}`));
    // Between the answers stand the commands of others.
    if (line === "+OK") answers += 1;
    if (answers === 2) say("all clients of Redis");
  });
  const pause = (): void => void socket.write(`CLIENT PAUSE ${pauseMs}\r\n`);
  socket.write("MONITOR\r\n");
  pause();
  using _renewing = every(renewEveryMs, pause);
  try {
    if (!ended.aborted) await Promise.race([once(ended, "abort"), lost.promise]);
  } finally {
    socket.destroy();
  }
}
