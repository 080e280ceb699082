/** The short form of `servers.ts`, where nginx is installed. */

import { expect, test } from "vitest";
import { checkServer } from "./servers/check.ts";
import { nginxPath, startNginx } from "./servers/nginx.ts";

test.skipIf(nginxPath() === null)("nginx, with its limits of keep-alive, chunked and packed answers: each request of the schedule is answered as it should be", async () => {
  await using server = await startNginx(undefined);
  const findings = await checkServer(server, { name: "nginx", ratePerSecond: 500, totalMs: 1000 });
  expect(findings.filter(({ held }) => held === false)).toEqual([]);
  expect(findings.filter(({ held }) => held === true)).toHaveLength(3);
});
