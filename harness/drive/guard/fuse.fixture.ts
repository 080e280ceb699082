/**
 * For tests: takes the place of the system's own "connect", below every client library, so that a guard that lets something through is seen
 * and nothing leaves the machine even then. Connections to loopback are made as ever.
 */

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { formatAddress, isLoopbackAddress } from "../../base/loopback-address.ts";

export interface Fuse extends Disposable {
  /** `address:port` of every connection beyond loopback that was attempted. */
  readonly attempts: string[];
}

type Connect = (this: unknown, request: unknown, address: string, port: number) => number;

/** What the system answers when a firewall says no: EACCES. */
const refusedByFuse = -13;

export async function insertFuse(): Promise<Fuse> {
  const handle = await prototypeOfHandles();
  const attempts: string[] = [];
  const originals = ["connect", "connect6"].map((name): [string, Connect] => [name, connectOf(handle, name)]);
  for (const [name, original] of originals) {
    Reflect.set(handle, name, function fused(this: unknown, request: unknown, address: string, port: number): number {
      if (isLoopbackAddress(address)) return Reflect.apply(original, this, [request, address, port]);
      attempts.push(formatAddress({ host: address, port }));
      return refusedByFuse;
    });
  }
  return {
    attempts,
    [Symbol.dispose]: () => {
      for (const [name, original] of originals) Reflect.set(handle, name, original);
    },
  };
}

function connectOf(handle: object, name: string): Connect {
  const found: unknown = Reflect.get(handle, name);
  if (typeof found !== "function") throw new TypeError(`a socket's handle has no ${name}`);
  return function connectHandle(this: unknown, ...args) {
    return Number(Reflect.apply(found, this, args));
  };
}

/** Of the handle inside every TCP socket of this process, taken from one that is connected to ourselves. */
async function prototypeOfHandles(): Promise<object> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const socket = connect({ host: "127.0.0.1", port: typeof address === "object" ? (address?.port ?? 0) : 0 });
  try {
    await once(socket, "connect");
    const handle: unknown = Reflect.get(socket, "_handle");
    const prototype: unknown = typeof handle === "object" && handle !== null ? Object.getPrototypeOf(handle) : null;
    if (typeof prototype !== "object" || prototype === null) throw new TypeError("a socket has no handle");
    return prototype;
  } finally {
    socket.destroy();
    server.close();
  }
}
