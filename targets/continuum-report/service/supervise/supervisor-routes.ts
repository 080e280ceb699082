/** What the supervisor tells about its workers. None of it asks a dependency, so it answers whatever is down. */

import type { Route } from "../base/route-table.ts";
import { metricsText } from "../base/metrics-text.ts";
import type { Crew } from "./crew.ts";

export interface SupervisorCounts {
  recovered: number;
  promoted: number;
  swept: number;
}

/** `minimum`: so many workers have to listen before the crew counts as ready. */
export function supervisorRoutes(crew: Pick<Crew, "view" | "deaths">, counts: SupervisorCounts, minimum: number): Route[] {
  return [
    { method: "GET", path: "/health", answer: () => ({ status: 200, body: { status: "ok" } }) },
    {
      method: "GET",
      path: "/health/ready",
      answer: () => {
        const listening = crew.view().filter(({ port }) => port !== null).length;
        return listening >= minimum ? { status: 200, body: { status: "ready", listening } } : { status: 503, body: { status: "starting", listening } };
      },
    },
    {
      method: "GET",
      path: "/workers",
      answer: () => {
        const workers = crew.view();
        return { status: 200, body: { workers, count: workers.length } };
      },
    },
    { method: "GET", path: "/metrics", answer: () => ({ status: 200, body: metrics(crew, counts) }) },
  ];
}

function metrics(crew: Pick<Crew, "view" | "deaths">, counts: SupervisorCounts): string {
  const workers = crew.view();
  return metricsText([
    { name: "continuum_workers", kind: "gauge", value: workers.length },
    { name: "continuum_workers_busy", kind: "gauge", value: workers.filter((worker) => worker.busy).length },
    { name: "continuum_worker_deaths_total", kind: "counter", value: crew.deaths() },
    { name: "continuum_jobs_recovered_total", kind: "counter", value: counts.recovered },
    { name: "continuum_jobs_retried_total", kind: "counter", value: counts.promoted },
    { name: "continuum_jobs_swept_total", kind: "counter", value: counts.swept },
  ]);
}
