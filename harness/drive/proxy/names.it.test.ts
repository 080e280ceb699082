/** Names over the HTTP interface: refused with 4xx, nothing made (R30). */

import { expect, test } from "vitest";
import { startProxy } from "./proxy-under-test.ts";

const names: readonly string[] = [
  " ", "a b", "a/b", "../a", "a\\b", "a;id", "$(id)", "`id`", "a|b", "a&b", "a\nb", "a\r\nX: y", "a\u0000", "a\u0007", "-a", ".a", "_a", "a%2fb", "a?b", "a#b", "a'b", 'a"b', "<a>", "{{a}}", "ä", "\u202ea", "a:b", "a@b", "a*", "x".repeat(129),
];

test("R30: 30 hostile names of links and toxics are refused, and nothing is made", async () => {
  await using proxy = await startProxy();
  const call = async (path: string, body: unknown): Promise<number> =>
    (await fetch(`http://${proxy.address}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })).status;
  expect(names).toHaveLength(30);
  expect(await call("/proxies", { name: "plain", upstream: "127.0.0.1:9" })).toBe(201);
  for (const name of names) {
    const statuses = [
      await call("/proxies", { name, upstream: "127.0.0.1:9" }),
      await call("/populate", [{ name, upstream: "127.0.0.1:9" }]),
      await call("/proxies/plain/toxics", { name, type: "latency", attributes: { latency: 1 } }),
      await call(`/proxies/${encodeURIComponent(name)}`, { enabled: false }),
    ];
    expect(statuses.every((status) => status >= 400 && status < 500), `${JSON.stringify(name)} ${statuses.join(" ")}`).toBe(true);
  }
  const links = await proxy.client.list();
  expect(links.map(({ name, toxics }) => [name, toxics.length])).toEqual([["plain", 0]]);
});
