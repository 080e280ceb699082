/** What the API says of its queue and what Redis holds, asked side by side: a k6 script that needs the extension k6/x/redis. */

import { check } from "k6";
import http from "k6/http";
import { Trend } from "k6/metrics";
import type { Options } from "k6/options";
import redis from "k6/x/redis";

export const options: Options = {
  scenarios: { readers: { executor: "constant-arrival-rate", rate: 20, timeUnit: "1s", duration: "1h", preAllocatedVUs: 20, maxVUs: 60 } },
  thresholds: {
    http_req_failed: ["rate<0.01"],
    "http_req_duration{name:status}": ["p(95)<500"],
    queue_depth: ["max<1000"],
    checks: ["rate>0.99"],
  },
};

const queueDepth = new Trend("queue_depth");
const store = new redis.Client(`redis://${__ENV["REDIS"]}`);

export default async function readers(): Promise<void> {
  const answer = http.get(`http://${__ENV["API"]}/api/continuum/status`, { tags: { name: "status" } });
  check(answer, { "status is told": ({ status }) => status === 200 });
  queueDepth.add(await store.llen("document-queue"));
}
