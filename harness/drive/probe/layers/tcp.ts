/** Whether a connection can be opened. */

import type { ProbeSpec } from "../../../scenario/target/probe.ts";
import { connectedSocket, type Check } from "./check.ts";

export const checkTcp: Check<Extract<ProbeSpec, { layer: "tcp" }>> = async (_spec, { address }, signal) => {
  const socket = await connectedSocket(address, signal);
  socket.destroy();
  return null;
};
