/** Cuts a connection so that the other side sees a reset. */

import type { Socket } from "node:net";

export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  // A socket that is still connecting has nobody to reset.
  if (socket.connecting) socket.destroy();
  // While its end is being sent, a reset is refused by the system (EINVAL) and Node then never closes the socket; it takes a turn of the loop.
  else if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) socket.once("finish", () => socket.resetAndDestroy());
  else socket.resetAndDestroy();
}
