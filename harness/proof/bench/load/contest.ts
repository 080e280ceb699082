/** What all tables of the load bench share. */

import { messageOf } from "../../../base/error.ts";
import type { AnswerServer } from "../../servers/answer-server.ts";
import type { Cores } from "./cores.ts";
import type { Peer } from "./peers.ts";

export interface Contest {
  readonly server: AnswerServer;
  readonly cores: Cores;
  readonly peers: readonly Peer[];
  readonly signal: AbortSignal;
}

export const connections = 50;

/** Someone else's tool that fails is a note below the table, not the end of the bench. */
export async function orNote<T>(name: string, notes: string[], measure: () => Promise<T>): Promise<T | null> {
  try {
    return await measure();
  } catch (error) {
    notes.push(`${name} failed: ${messageOf(error)}`);
    return null;
  }
}
