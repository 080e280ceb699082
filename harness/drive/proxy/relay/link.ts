/**
 * One link: a listening port whose connections go to one upstream, through the link's toxics. The HTTP interface calls it a proxy.
 *
 *     disabled ──start──▶ enabled ──stop──▶ disabled        stop closes the port and cuts every connection; start takes the same port again
 *
 * Starting and stopping take turns; everything else happens at once, also while one of them is under way.
 */

import type { Socket } from "node:net";
import { messageOf } from "../../../base/error.ts";
import { formatAddress, type HostAndPort } from "../../../base/loopback-address.ts";
import { usualHoldLimitBytes } from "../toxics/toxic.ts";
import { Connection, type ConnectionHost } from "./connection.ts";
import type { LinkStats } from "./link-stats.ts";
import { isOwnSource, ownSource } from "../own-source.ts";
import { listen, type Listener } from "./listener.ts";
import type { StreamCounter } from "./pipeline.ts";
import { toxicJson, type StreamName, type Toxic, type ToxicJson } from "./toxic-entry.ts";
import { connectUpstream, type UpstreamGuard } from "./upstream.ts";

/** What the toxics of a link may hold together; a share is never less than keeps a connection busy. */
const holdTotalBytes = 268_435_456;

export interface LinkOptions {
  readonly name: string;
  readonly listen: HostAndPort;
  readonly upstream: HostAndPort;
  readonly isHttp: boolean;
  readonly seed: number;
  readonly guard: UpstreamGuard;
}

export interface LinkJson {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  /** There, and true, for a link that is marked so. */
  readonly http?: boolean;
  readonly toxics: readonly ToxicJson[];
}

export class Link implements AsyncDisposable {
  readonly name: string;
  readonly #options: LinkOptions;
  readonly #connections = new Set<Connection>();
  readonly #counters = { upstream: { receivedBytes: 0, sentBytes: 0 }, downstream: { receivedBytes: 0, sentBytes: 0 } };
  /** The same of connections that the harness opened itself: probes and witnesses. */
  readonly #ownCounters = { upstream: { receivedBytes: 0, sentBytes: 0 }, downstream: { receivedBytes: 0, sentBytes: 0 } };
  #listen: HostAndPort;
  #upstream: HostAndPort;
  #isHttp: boolean;
  #toxics: Toxic[] = [];
  #listener: Listener | null = null;
  #turn: Promise<void> = Promise.resolve();
  #accepted = 0;
  #ownAccepted = 0;
  #upstreamRefused = 0;
  #lastUpstreamError: string | null = null;

  constructor(options: LinkOptions) {
    this.name = options.name;
    this.#options = options;
    this.#listen = options.listen;
    this.#upstream = options.upstream;
    this.#isHttp = options.isHttp;
  }

  get listen(): HostAndPort {
    return this.#listen;
  }

  get upstream(): HostAndPort {
    return this.#upstream;
  }

  get isHttp(): boolean {
    return this.#isHttp;
  }

  get isEnabled(): boolean {
    return this.#listener !== null;
  }

  get toxics(): readonly Toxic[] {
    return this.#toxics;
  }

  /** Listens; nothing when it already does. `HttpRefusal` 500 when the port cannot be had. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#open());
  }

  /** Resolves once the port is closed and every connection is cut. */
  stop(): Promise<void> {
    return this.#inTurn(() => this.#close());
  }

  /** Moves to other addresses or to another way of reading, cutting what is connected, and ends enabled or not. */
  change(wanted: { listen: HostAndPort; upstream: HostAndPort; isEnabled: boolean; isHttp: boolean }): Promise<void> {
    return this.#inTurn(async () => {
      const isMoved = formatAddress(wanted.listen) !== formatAddress(this.#listen) || formatAddress(wanted.upstream) !== formatAddress(this.#upstream);
      if (isMoved || !wanted.isEnabled || wanted.isHttp !== this.#isHttp) await this.#close();
      this.#isHttp = wanted.isHttp;
      this.#listen = wanted.listen;
      this.#upstream = wanted.upstream;
      if (wanted.isEnabled) await this.#open();
    });
  }

  addToxic(toxic: Toxic): void {
    this.#toxics = [...this.#toxics, toxic];
    for (const connection of this.#connections) connection.add(toxic);
  }

  refreshToxic(toxic: Toxic): void {
    for (const connection of this.#connections) connection.refresh(toxic);
  }

  removeToxic(toxic: Toxic): void {
    this.#toxics = this.#toxics.filter((other) => other !== toxic);
    for (const connection of this.#connections) connection.remove(toxic);
  }

  json(): LinkJson {
    const { name, isEnabled, isHttp } = this;
    const addresses = { listen: formatAddress(this.#listen), upstream: formatAddress(this.#upstream) };
    return { name, ...addresses, enabled: isEnabled, ...(isHttp ? { http: true } : {}), toxics: this.#toxics.map(toxicJson) };
  }

  get counters(): { readonly [Stream in StreamName]: Readonly<StreamCounter> } {
    return { upstream: sum(this.#counters.upstream, this.#ownCounters.upstream), downstream: sum(this.#counters.downstream, this.#ownCounters.downstream) };
  }

  stats(): LinkStats {
    const all = this.counters;
    return {
      accepted: this.#accepted,
      current: this.#connections.size,
      upstreamRefused: this.#upstreamRefused,
      lastUpstreamError: this.#lastUpstreamError,
      http: this.#isHttp,
      bytesUp: all.upstream.sentBytes,
      bytesDown: all.downstream.sentBytes,
      own: ownSource === null ? null : { accepted: this.#ownAccepted, bytesUp: this.#ownCounters.upstream.sentBytes, bytesDown: this.#ownCounters.downstream.sentBytes },
      toxics: this.#toxics.map(({ name, spec, stream, witness }) => ({ name, type: spec.type, stream, ...witness })),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #inTurn(act: () => Promise<void>): Promise<void> {
    const mine = this.#turn.then(act);
    this.#turn = mine.catch(() => undefined);
    await mine;
  }

  async #open(): Promise<void> {
    if (this.#listener !== null) return;
    const listener = await listen(this.#listen, (client) => this.#accept(client));
    this.#listen = listener.address;
    this.#listener = listener;
  }

  async #close(): Promise<void> {
    const listener = this.#listener;
    if (listener === null) return;
    this.#listener = null;
    const closed = listener.close();
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    this.#accepted += 1;
    const isOwn = isOwnSource(client.remoteAddress);
    if (isOwn) this.#ownAccepted += 1;
    const host: ConnectionHost = {
      seed: this.#options.seed,
      id: `${this.name}/${this.#accepted}`,
      counters: isOwn ? this.#ownCounters : this.#counters,
      isHttp: this.#isHttp,
      toxics: this.#toxics,
      holdShareBytes: () => Math.max(usualHoldLimitBytes, holdTotalBytes / this.#connections.size),
      upstreamFailed: (error) => {
        this.#upstreamRefused += 1;
        this.#lastUpstreamError = messageOf(error);
      },
      gone: (connection) => this.#connections.delete(connection),
    };
    this.#connections.add(new Connection(client, connectUpstream(this.#upstream, this.#options.guard), host));
  }
}

function sum(one: Readonly<StreamCounter>, other: Readonly<StreamCounter>): StreamCounter {
  return { receivedBytes: one.receivedBytes + other.receivedBytes, sentBytes: one.sentBytes + other.sentBytes };
}
