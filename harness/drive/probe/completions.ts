/**
 * Watches which ids are finished. Each is written once, when it is first seen; the time since the last successful poll was asked is
 * how exactly its end is known. The query lists all finished ids or, where those are many, the recently finished ones: those of the
 * last minutes are enough, as long as no outage of the polls is longer.
 */

import { parseDurationMs } from "../../base/duration.ts";
import { nowUs } from "../../base/time.ts";
import type { Target } from "../../scenario/target/target.ts";
import { startPolling } from "./polling.ts";
import type { Ask, Source } from "./source.ts";

/** Ids of one event at most. */
const chunkIds = 5000;

export interface CompletionOptions extends Source {
  name: string;
  spec: Target["completions"][string];
  ask: Ask;
}

export function watchCompletion(options: CompletionOptions): AsyncDisposable {
  const seen = new Set<string>();
  let beforeUs = options.startAtUs;
  return startPolling({
    startAtUs: options.startAtUs,
    intervalMs: parseDurationMs(options.spec.every),
    query: options.spec.query,
    ask: options.ask,
    onRows: (rows, askedUs) => {
      const done: { id: string; ok: boolean }[] = [];
      for (const [id, result] of rows) {
        if (id === undefined || seen.has(id)) continue;
        seen.add(id);
        done.push({ id, ok: result !== "error" });
      }
      const at = nowUs();
      const resolutionMs = (at - beforeUs) / 1000;
      for (let from = 0; from < done.length; from += chunkIds) {
        options.write({ type: "completion", at, completion: options.name, resolutionMs, done: done.slice(from, from + chunkIds) });
      }
      beforeUs = askedUs;
    },
    onFailure: (why) => options.complain(`completion ${options.name}`, why),
  });
}
