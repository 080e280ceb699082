import { after } from "../../../base/time.ts";
import type { ToxicKind } from "./toxic.ts";

/**
 * Nothing gets through: data is dropped. After `timeout` the connection is closed; with 0 it stays open until the toxic is removed.
 * Removing the toxic closes the connection too, since the bytes that were dropped would be missing from the stream.
 */
export const timeout: ToxicKind<"timeout"> = {
  summary: "drops all data; closes the connection after the timeout (0: when the toxic is removed)",
  lossFree: false,
  holdLimitBytes: 0,
  attributes: { timeout: { unit: "ms", least: 0, meaning: "time until the connection is closed; 0 is never" } },
  attach(attributes, outlet) {
    let timer: Disposable | null = null;
    const arm = (): void => {
      timer?.[Symbol.dispose]();
      timer = attributes.timeout > 0 ? after(attributes.timeout, () => outlet.close()) : null;
    };
    arm();
    return {
      heldBytes: () => 0,
      write: () => undefined,
      end: () => outlet.close(),
      refresh: arm,
      retire: () => outlet.close(),
      [Symbol.dispose]: () => timer?.[Symbol.dispose](),
    };
  },
};
