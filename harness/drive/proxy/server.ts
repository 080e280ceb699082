/** The proxy as a whole: the HTTP interface on loopback and the links behind it. Disposing it cuts every connection and frees every port. */

import { startLoopbackServer } from "../../base/loopback-server.ts";
import { answerApi } from "./api.ts";
import { Links } from "./links.ts";
import { upstreamGuard } from "./relay/upstream.ts";

export interface ProxyServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

export interface ProxyServerOptions {
  readonly listen: string;
  /** Asked of every request when `listen` is not loopback. */
  readonly token?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Of jitter, slices and of which connections a toxicity below 1 affects. */
  readonly seed: number;
  /** `address:port` of upstreams that may be reached although they are not loopback. */
  readonly allowed: readonly string[];
}

const bodyLimitBytes = 1_048_576;

export async function startProxyServer(options: ProxyServerOptions): Promise<ProxyServer> {
  const links = new Links(options.seed, upstreamGuard(options.allowed));
  const server = await startLoopbackServer({
    host: options.listen,
    port: options.port,
    bodyLimitBytes,
    refuseBrowsers: true,
    ...(options.token === undefined ? {} : { token: options.token }),
    handle: (request) => answerApi(links, request),
  });
  return {
    host: server.host,
    port: server.port,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await links[Symbol.asyncDispose]();
    },
  };
}
