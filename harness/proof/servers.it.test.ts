/** The short form of `servers.ts`, with nginx; without it, the program says what to install. */

import { expect, test } from "vitest";
import { checkServer } from "./servers/check.ts";
import { nginxPath, startNginx } from "./servers/nginx.ts";

test("nginx, with its limits of keep-alive, chunked and packed answers: each request of the schedule is answered as it should be", async () => {
  if (nginxPath() === null) {
    await expect(startNginx(undefined)).rejects.toThrow("nginx is not installed");
    return;
  }
  await using server = await startNginx(undefined);
  const findings = await checkServer(server, { name: "nginx", ratePerSecond: 500, totalMs: 1000 });
  expect(findings.filter(({ held }) => held === false)).toEqual([]);
  expect(findings.filter(({ held }) => held === true)).toHaveLength(3);
});
