/** What is known of a system before anything is written, and what is not: each gap with the promises that wait for it, and the line to add. */

import type { Query } from "../../../scenario/target/query.ts";
import type { Answers } from "../answers.ts";
import { queryOf } from "../question.ts";
import type { Part } from "../recognise/parts.ts";
import type { Pair, System } from "../recognise/system.ts";
import type { Concept } from "./objectives.ts";

export interface Gap {
  readonly what: string;
  readonly concepts: readonly Concept[];
  /** What to say, or to add. */
  readonly line: string;
}

export interface Database {
  readonly name: string;
  /** The probe that shows whether it can be reached as its client does. */
  readonly probe: string;
}

export interface Known {
  readonly system: System;
  readonly answers: Answers;
  /** Before the numbers of the objectives. */
  readonly prefix: string;
  readonly door: Part | null;
  /** Of the door. */
  readonly healthPath: string | null;
  readonly links: readonly (Pair & { readonly name: string })[];
  readonly databases: readonly Database[];
  /** Databases that are written to without a service in between. */
  readonly straight: readonly string[];
  readonly readBack: Query | null;
  readonly finished: Query | null;
  readonly queue: Query | null;
  readonly missing: readonly Gap[];
}

/** Throws `usage` for an answer that cannot be understood. */
export function knownOf(system: System, answers: Answers): Known {
  const links = system.pairs.map((pair) => ({ ...pair, name: `${pair.from}-${pair.to}` }));
  const postgres = system.parts.filter(({ role }) => role === "postgres").map(({ service }) => service.name);
  const query = (text: string | undefined, flag: string): Query | null => (text === undefined ? null : queryOf(text, system, flag));
  const known = {
    system,
    answers,
    prefix: system.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "").slice(0, 12) || "SYSTEM",
    door: system.door,
    healthPath: answers.health ?? system.door?.healthPath ?? null,
    links,
    databases: postgres.map((name) => ({ name, probe: links.find(({ to }) => to === name)?.name ?? name })),
    straight: postgres,
    readBack: query(answers.readBack, "--read-back"),
    finished: query(answers.finished, "--finished"),
    queue: query(answers.queue, "--queue"),
  };
  return { ...known, missing: gapsOf(known) };
}

function gapsOf({ door, answers, databases }: Pick<Known, "door" | "answers" | "databases">): Gap[] {
  const file = `target.${answers.format}`;
  const gaps: (Gap | null)[] = [
    door !== null && answers.reads.length === 0 ? { what: "what its users look at", concepts: [], line: `roadworthy init --read /orders, or routes in ${file}` } : null,
    door === null ? { what: "nothing that speaks HTTP was found", concepts: ["answered", "fast"], line: "roadworthy init --service <name>=http:<port>" } : null,
    answers.write === undefined
      ? { what: "which request writes, and where its id is", concepts: ["kept", "once"], line: `roadworthy init --write "POST /orders" --body '{"reference":"{{id}}"}', or a route with write: { ledger: writes } in ${file}` }
      : answers.readBack === undefined
        ? { what: "how what was written is read back", concepts: ["kept", "once"], line: `roadworthy init --read-back "sql: SELECT reference FROM orders", or ledgers.writes.readBack in ${file}` }
        : null,
    answers.finished === undefined || answers.write === undefined
      ? { what: "what lists finished work", concepts: ["finished-in-time", "finished-well"], line: `roadworthy init --write … --finished "sql: SELECT reference FROM orders WHERE status = 'done'", or completions.writes in ${file}` }
      : null,
    answers.queue === undefined ? { what: "how long the queue is", concepts: ["queue-short"], line: `roadworthy init --queue "redis: LLEN jobs", or gauges.queue-length in ${file}` } : null,
    answers.deepCheck === undefined || databases.length === 0
      ? { what: databases.length === 0 ? "a PostgreSQL that a health check could ask" : "which health check asks the database", concepts: ["honest-health"], line: `roadworthy init --deep-check /health/ready, or probes.deep in ${file}` }
      : null,
  ];
  return gaps.filter((gap) => gap !== null);
}
