/**
 * Loaded into the harness before anything else (`node --import`): on SIGUSR2 the accident happens to it that ROADWORTHY_ACCIDENT names.
 * The product knows nothing of it, and the processes that it starts are spared.
 */

import { openSync } from "node:fs";

const accidents: Readonly<Record<string, () => void>> = {
  exception: () => {
    throw new Error("an exception that nobody caught");
  },
  rejection: () => void Promise.reject(new Error("a rejection that nobody handled")),
  memory: () => {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 100_000 }, (_, index) => index + kept.length));
  },
  descriptors: () => {
    try {
      for (;;) openSync("/dev/null", "r");
    } catch {
      // None is left.
    }
  },
};

if (process.argv[1]?.includes("/cli/main.") === true) process.on("SIGUSR2", () => accidents[process.env["ROADWORTHY_ACCIDENT"] ?? ""]?.());
