/** Faults that are held by a process of their own: its end is the healing, so the undo is to kill it, by pid and start time. */

import { entryPath } from "../../base/entry.ts";
import { RoadworthyError } from "../../base/error.ts";
import { freshToken } from "../../base/random.ts";
import { after } from "../../base/time.ts";
import { minimalEnvironment } from "../stack/embedded/context.ts";
import type { Stack } from "../stack/stack.ts";
import type { Supervisor } from "../supervisor/client.ts";
import type { ProcessIdentity, Undo } from "../supervisor/protocol.ts";
import { carryOut, notPossible } from "./active-fault.ts";
import type { ActiveFault, InjectContext } from "./fault.ts";
import type { HoldOrder } from "./hold/order.ts";

export interface HeldFault {
  /** One holder for each. */
  readonly orders: readonly HoldOrder[];
  /** Undos beside the end of the holders, carried out after it. */
  readonly afterwards?: readonly Undo[];
  readonly felt: (holders: readonly ProcessIdentity[]) => Promise<string | null>;
  readonly settled: (holders: readonly ProcessIdentity[]) => Promise<string | null>;
}

interface Holder {
  readonly child: string;
  readonly process: ProcessIdentity;
}

/** Time for a holder to have what it holds. */
export const holdWithinMs = 10_000;

/** The holders are there, and do nothing, before their undo is journalled. Errors: `fault-unavailable` with what a holder said when it cannot hold. */
export async function carryOutHeld(stack: Stack, context: InjectContext, fault: HeldFault): Promise<ActiveFault> {
  const holders: Holder[] = [];
  const forget = async (): Promise<void> => {
    for (const { child } of holders.splice(0)) await stack.supervisor.forget(child);
  };
  try {
    for (const _order of fault.orders) holders.push(await startHolder(stack.supervisor));
    const processes = holders.map(({ process }) => process);
    const told = holders.map(({ child }, index) => ({ child, order: fault.orders[index] }));
    const active = await carryOut(stack, context, {
      undos: processes.map((process): Undo => ({ do: "signal", process, signal: "SIGKILL" })),
      afterwards: fault.afterwards ?? [],
      act: async () => {
        await Promise.all(told.map(({ child, order }) => tell(stack.supervisor, { child, order, signal: context.signal })));
      },
      felt: () => fault.felt(processes),
      settled: () => fault.settled(processes),
    });
    return {
      ...active,
      [Symbol.asyncDispose]: async () => {
        await active[Symbol.asyncDispose]();
        await forget();
      },
    };
  } catch (error) {
    await forget();
    throw error;
  }
}

async function startHolder(supervisor: Supervisor): Promise<Holder> {
  const child = `holder-${freshToken(8)}`;
  const identity = await supervisor.spawn({
    id: child,
    command: [process.execPath, entryPath("harness/drive/faults/hold/main")],
    workingFolder: supervisor.scratchFolder,
    env: minimalEnvironment(),
    restart: { policy: "never", delayMs: 0 },
    stop: { signal: "SIGTERM", withinMs: 1_000 },
    runAs: null,
    input: true,
  });
  return { child, process: identity };
}

/** Resolves once it says that it holds. What it is told goes over its input: passwords do not belong into command lines. */
async function tell(supervisor: Supervisor, { child, order, signal }: { child: string; order: HoldOrder | undefined; signal: AbortSignal }): Promise<void> {
  const holding = Promise.withResolvers<void>();
  const abort = (): void => holding.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  let lastError = "";
  using _listening = supervisor.onNotice((notice) => {
    if (!("child" in notice) || notice.child !== child) return;
    if (notice.notice === "output" && notice.stream === "err") lastError = notice.line;
    if (notice.notice === "output" && notice.stream === "out" && notice.line.startsWith("holding ")) holding.resolve();
    if (notice.notice === "exited") holding.reject(notPossible(lastError === "" ? `what should hold it ended with ${notice.ended}` : lastError));
  });
  using _timer = after(holdWithinMs, () => holding.reject(new RoadworthyError("fault-unavailable", `it could not be held within ${holdWithinMs} ms`, { hint: "see what the node was doing then" })));
  try {
    await Promise.all([holding.promise, supervisor.write(child, JSON.stringify(order))]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
