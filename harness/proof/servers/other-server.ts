/** A server that others have written, answering the routes of `routes.ts`, as a process. */

import { z } from "zod";
import { startProgram, type Child } from "../bench/child.ts";

export interface OtherServer extends AsyncDisposable {
  readonly port: number;
  /** Requests that it has answered so far by its own count, without these questions. */
  served(): Promise<number>;
}

export interface ServerRow {
  readonly name: string;
  /** Why it cannot be started here, or null. */
  readonly unavailable: () => string | null;
  /** Through its package manager, into the cache; it may say why that did not work. */
  readonly install: () => Promise<void>;
  readonly start: (core: number | undefined) => Promise<OtherServer>;
}

const portSchema = z.object({ port: z.int() });
const count = z.coerce.number().int();

/** A program of `programs/`: it says its port, tells its count at `/served`, and ends with its input. */
export async function startOther(command: string, args: readonly string[], core: number | undefined): Promise<OtherServer> {
  await using stack = new AsyncDisposableStack();
  const child: Child = stack.use(startProgram(command, args, core));
  const { port } = portSchema.parse(JSON.parse(await child.line()));
  const owned = stack.move();
  return {
    port,
    served: async () => count.parse(await (await fetch(`http://127.0.0.1:${port}/served`)).text()),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
