/** A profile in plain words, for plans and reports. */

import { basename } from "node:path";
import { parseDurationMs } from "../../base/duration.ts";
import type { ClosedProfile, Profile, ReplayProfile, ThinkTime } from "./profile.ts";
import type { Workload } from "./workload.ts";

/** What sends the workload, and how. */
export function loadText(workload: Workload): string {
  switch (workload.engine) {
    case "k6":
      return `k6 runs ${basename(workload.script)}; its latencies are service times, dropped iterations count as failed requests`;
    case "autocannon":
      return `autocannon asks ${workload.route} on ${workload.connections} connections, on each again as soon as it was answered (closed model); its latencies are service times`;
    case "ledger":
      return workload.rate === undefined
        ? `${workload.writers} writers of ${workload.ledger}, each again as soon as its write was acknowledged (closed model)`
        : `${workload.rate}/s by ${workload.writers} writers of ${workload.ledger}, each with one write at a time`;
    case "own":
    case undefined:
      return profileText(workload.profile);
  }
}

/** "from 10/s to 30/s over 10s, then 30/s"; no line break, no full stop. */
export function profileText(profile: Profile): string {
  switch (profile.shape) {
    case "constant":
      return `${profile.rate}/s throughout`;
    case "ramp":
      return `from ${profile.from}/s to ${profile.to}/s over ${profile.over}, then ${profile.to}/s`;
    case "steps":
      return profile.steps.map((step, index) => (index === profile.steps.length - 1 ? `${index === 0 ? "" : "then "}${step.rate}/s to the end` : `${step.rate}/s for ${step.for}`)).join(", ");
    case "spike":
      return `${profile.base}/s, with a spike to ${profile.peak}/s at ${profile.at} for ${profile.for}`;
    case "soak":
      return `soak: up from nothing within ${profile.rampUp}, then ${profile.rate}/s to the end`;
    case "poisson":
      return `${profile.rate}/s on average, at random times of the seed (Poisson)`;
    case "replay":
      return replayText(profile);
    case "closed":
      return closedText(profile);
    case "search":
      return `search for the highest rate from ${profile.from}/s to ${profile.to}/s that keeps ${profile.keep.join(" and ")}, in at most ${profile.steps} steps of ${profile.for}`;
  }
}

function replayText({ file, speed, loop, unknown }: ReplayProfile): string {
  const pace = speed === 1 ? "as they came" : `at ${speed} × their speed`;
  return `the arrivals of ${basename(file)} ${pace}, ${loop ? "again and again" : "once"}${unknown === "skip" ? ", without those that no route makes" : ""}`;
}

function closedText({ users, thinkTime, rampUp }: ClosedProfile): string {
  const all = users === 1 ? "1 user who thinks" : `${users} users who think`;
  const start = parseDurationMs(rampUp) === 0 ? "" : `, beginning within ${rampUp}`;
  return `closed model, ${all} ${thinkText(thinkTime)} between journeys${start}; latency is service time`;
}

function thinkText(time: ThinkTime): string {
  return typeof time === "string" ? time : `${time.from} to ${time.to}`;
}
