/** Questions to whoever sits at the terminal, about what no file told. An empty answer leaves it open. */

import { createInterface } from "node:readline/promises";
import type { Answers } from "./answers.ts";
import { writeOf } from "./flags.ts";

export type Ask = (question: string) => Promise<string>;

/** The answers that are still missing; what cannot be understood throws `usage`, as a flag would. */
export async function asked(answers: Answers, ask: Ask, hasQueue: boolean): Promise<Partial<Answers>> {
  const found: { -readonly [K in keyof Answers]?: Answers[K] } = {};
  if (answers.write === undefined) {
    const route = await ask("Which request writes something that must not be lost? (POST /orders; empty: later) ");
    if (route !== "") found.write = writeOf(route, { body: await ask('Its JSON body, with {{id}} where a unique text may stand: ({"reference":"{{id}}"}) ') });
  }
  const isWritten = (answers.write ?? found.write) !== undefined;
  if (isWritten && answers.readBack === undefined) keep(found, "readBack", await ask("What lists these ids? (sql: SELECT reference FROM orders · http: /orders items[].reference) "));
  if (isWritten && answers.finished === undefined) keep(found, "finished", await ask("What lists the ids of finished work? (as above; empty: none) "));
  if (hasQueue && answers.queue === undefined) keep(found, "queue", await ask("How long is the queue? (redis: LLEN jobs; empty: none) "));
  if (answers.deepCheck === undefined) keep(found, "deepCheck", await ask("Which health check asks the stores as well? (/health/ready; empty: none) "));
  return found;
}

function keep(found: Partial<Record<keyof Answers, unknown>>, name: "readBack" | "finished" | "queue" | "deepCheck", text: string): void {
  if (text !== "") found[name] = text;
}

/** On the terminal; questions go where messages go, so that stdout stays data. */
export function terminalAsk(): Disposable & { ask: Ask } {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return { ask: async (question) => (await lines.question(question)).trim(), [Symbol.dispose]: () => lines.close() };
}
