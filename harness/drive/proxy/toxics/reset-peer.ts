import { after } from "../../../base/time.ts";
import { DelayLine } from "./delay-line.ts";
import { usualHoldLimitBytes, type ToxicKind } from "./toxic.ts";

/**
 * Cuts both sides with a TCP reset, `timeout` after the first data (or end) in this direction: a connection that nobody uses feels
 * nothing, as in Toxiproxy. Until then data is held, not dropped, so that a connection outlives a toxic that is removed in time.
 */
export const resetPeer: ToxicKind<"timeout"> = {
  summary: "resets the connection (TCP RST), the timeout after the first data",
  lossFree: false,
  holdLimitBytes: usualHoldLimitBytes,
  attributes: { timeout: { unit: "ms", least: 0, meaning: "time from the first data to the reset; 0 is at once" } },
  attach(attributes, outlet) {
    const line = new DelayLine(outlet);
    let timer: Disposable | null = null;
    const arm = (): void => {
      timer?.[Symbol.dispose]();
      timer = after(attributes.timeout, () => outlet.reset());
    };
    const receive = (chunk: Buffer | null): void => {
      line.hold(chunk, Number.POSITIVE_INFINITY);
      if (attributes.timeout === 0) outlet.reset();
      else if (timer === null) arm();
    };
    return {
      heldBytes: () => line.heldBytes,
      write: receive,
      end: () => receive(null),
      refresh: () => (line.isEmpty ? undefined : arm()),
      retire: () => line.flush(),
      [Symbol.dispose]: () => {
        timer?.[Symbol.dispose]();
        line[Symbol.dispose]();
      },
    };
  },
};
