/** How much memory a proxy takes for a connection: what its resident set grows by when many are open that have each had an exchange. */

import { openExchanges } from "./exchanges.ts";
import type { BenchProxy } from "./proxies.ts";

export const memoryConnections = 1000;

/** KiB by name of the proxy; one without a figure where the system does not say. */
export async function memoryPerConnection(proxies: readonly BenchProxy[], port: number, isToxic: boolean): Promise<Map<string, number>> {
  const figures = new Map<string, number>();
  for (const proxy of proxies) {
    const address = await proxy.link(`memory-${isToxic ? "toxic" : "plain"}`, port, isToxic);
    const beforeBytes = proxy.residentBytes();
    using exchanges = await openExchanges(address, { connections: memoryConnections, depth: 1, requestBytes: 128, answerBytes: 128 });
    await exchanges.run(0);
    const afterBytes = proxy.residentBytes();
    if (beforeBytes !== null && afterBytes !== null) figures.set(proxy.name, (afterBytes - beforeBytes) / 1024 / memoryConnections);
  }
  return figures;
}
