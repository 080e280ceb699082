/** Workloads: load on journeys, as data. The schedule of a workload is pure (`drive/load/pace`). */

import { z } from "zod";
import { durationSchema, nameSchema } from "../words.ts";
import { guestWorkloadSchema, type GuestWorkload } from "./engines.ts";
import { profileSchema, type SearchProfile } from "./profile.ts";

export const ownWorkloadSchema = z
  .strictObject({
    name: nameSchema,
    engine: z.literal("own").optional().describe("Who sends it: Roadworthy itself when left out"),
    profile: profileSchema,
    journeys: z
      .array(
        z.strictObject({
          weight: z.number().positive().default(1),
          steps: z.array(nameSchema).min(1).describe("Routes, one after the other; the arrival is the intended start of the first"),
        }),
      )
      .default([])
      .describe("At least one; none for a replay, whose file names the route of each arrival"),
    connections: z
      .int()
      .min(1)
      .max(10_000)
      .default(64)
      .describe("Most connections at once; a request that finds none free in time is dropped and counted. The users of a closed model have one each"),
    timeout: durationSchema.default("5s"),
    connectTimeout: durationSchema.optional().describe("Of the timeout, the part that connecting may take; 5s or the timeout, whatever is less, when left out"),
    threads: z.int().min(1).max(32).default(1).describe("Processes that share its arrivals and connections, where one alone cannot keep its schedule"),
  })
  .superRefine(({ profile, journeys, threads }, context) => {
    if (profile.shape === "replay" && journeys.length > 0) context.addIssue({ code: "custom", message: "the file of a replay names the route of each arrival: leave journeys out", path: ["journeys"] });
    if (profile.shape !== "replay" && journeys.length === 0) context.addIssue({ code: "custom", message: "there must be at least one journey", path: ["journeys"] });
    if (profile.shape !== "search") return;
    if (threads > 1) context.addIssue({ code: "custom", message: "a search is sent by one process, which knows what came of each step", path: ["threads"] });
    const long = journeys.findIndex(({ steps }) => steps.length > 1);
    if (long >= 0) context.addIssue({ code: "custom", message: "the rate of a search is that of its requests: each journey has one step", path: ["journeys", long, "steps"] });
  });

export const workloadSchema = z.discriminatedUnion("engine", [ownWorkloadSchema, guestWorkloadSchema]);

export type OwnWorkload = z.infer<typeof ownWorkloadSchema>;
export type Workload = OwnWorkload | GuestWorkload;
export type SearchWorkload = OwnWorkload & { profile: SearchProfile };

/** Those that Roadworthy's own engine sends over routes, and those that have a process of their own; each in their order. */
export function byEngine(workloads: readonly Workload[]): { own: OwnWorkload[]; guests: GuestWorkload[] } {
  return { own: workloads.filter(isOwn), guests: workloads.filter((workload) => !isOwn(workload)) };
}

export function isOwn(workload: Workload): workload is OwnWorkload {
  return workload.engine === undefined || workload.engine === "own";
}

/** Whether its requests have no start but the actual one: what they take is service time, and waiting does not show (MEASURES.md). */
export function isClosed(workload: Workload): boolean {
  switch (workload.engine) {
    case "k6":
      return false;
    case "autocannon":
      return true;
    case "ledger":
      return workload.rate === undefined;
    case "own":
    case undefined:
      return workload.profile.shape === "closed";
  }
}

/** Whether it sends more than the target can take, because it looks for where that begins. */
export function isSearch(workload: Workload): workload is SearchWorkload {
  return isOwn(workload) && workload.profile.shape === "search";
}

/** Whether its latency is service time: k6 has a schedule, and does not tell when a request was due. */
export function isServiceTime(workload: Workload): boolean {
  return workload.engine === "k6" || isClosed(workload);
}

/** The routes that it may send to. What a replay takes stands in its file, and what a script asks in the script: any of `all`. A ledger's writes take none. */
export function routesOf(workload: Workload, all: readonly string[]): readonly string[] {
  switch (workload.engine) {
    case "k6":
      return all;
    case "autocannon":
      return [workload.route];
    case "ledger":
      return [];
    case "own":
    case undefined:
      return workload.profile.shape === "replay" ? all : workload.journeys.flatMap((journey) => journey.steps);
  }
}

/** How many load processes a scenario needs: of Roadworthy's own engine, and one for each other workload. */
export function loadProcessesOf(workloads: readonly Workload[]): number {
  return ownProcessesOf(workloads) + byEngine(workloads).guests.length;
}

/** How many processes of Roadworthy's own engine a scenario needs; none when other tools send all of its load. */
export function ownProcessesOf(workloads: readonly Workload[]): number {
  const { own, guests } = byEngine(workloads);
  return own.length === 0 && guests.length > 0 ? 0 : Math.max(1, ...own.map(({ threads }) => threads));
}
