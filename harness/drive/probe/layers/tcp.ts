/** Whether a connection can be opened. */

import type { ProbeSpec } from "../../../scenario/target/probe.ts";
import { connectedSocket, type Check } from "./check.ts";

export const checkTcp: Check<Extract<ProbeSpec, { layer: "tcp" }>> = async (_spec, place, signal) => {
  const socket = await connectedSocket(place, signal);
  socket.destroy();
  return null;
};
