/**
 * A client's connection and the one to the upstream that belongs to it, with a pipeline in each direction.
 *
 * An end passes through as an end (half-close), a reset as a reset. Both sockets gone: the connection is gone.
 */

import type { Socket } from "node:net";
import { dice } from "../../../base/random.ts";
import { after } from "../../../base/time.ts";
import { Gate } from "../http/gate.ts";
import { Strikes } from "../http/strikes.ts";
import { Pipeline, type PipelineHost, type StreamCounter } from "./pipeline.ts";
import { resetSocket } from "./reset.ts";
import { isHttpToxic, isStreamToxic, type StreamName, type Toxic } from "./toxic-entry.ts";

/** After a close, how long what was sent before may take to reach a peer that reads slowly. */
const closeGraceMs = 5_000;

export interface ConnectionHost {
  /** Of all dice of this connection. */
  readonly seed: number;
  /** Distinguishes the dice of one connection from another's. */
  readonly id: string;
  readonly counters: { readonly [Stream in StreamName]: StreamCounter };
  /** Whether the bytes are HTTP/1, and requests are to be told apart. */
  readonly isHttp: boolean;
  /** When the connection was opened. */
  readonly toxics: readonly Toxic[];
  holdShareBytes(): number;
  upstreamFailed(error: Error): void;
  gone(connection: Connection): void;
}

export class Connection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #host: ConnectionHost;
  readonly #pipelines: { readonly [Stream in StreamName]: Pipeline };
  readonly #strikes = new Strikes();
  readonly #gate: Gate | null;
  #closeTimer: Disposable | null = null;
  #openSockets = 2;
  #hasUpstream = false;

  /** `upstream` may still be connecting: what the client sends meanwhile waits in the socket. */
  constructor(client: Socket, upstream: Socket, host: ConnectionHost) {
    this.#client = client;
    this.#upstream = upstream;
    this.#host = host;
    // One side was reset by its peer, so the other side's peer gets a reset too, as it would without us.
    client.on("error", () => resetSocket(upstream));
    upstream.on("error", (error) => this.#upstreamErred(error));
    upstream.on("connect", () => {
      this.#hasUpstream = true;
    });
    client.on("close", () => this.#countDown());
    upstream.on("close", () => this.#countDown());
    this.#pipelines = { upstream: this.#pipeline("upstream", client, upstream), downstream: this.#pipeline("downstream", upstream, client) };
    this.#gate = host.isHttp ? this.#putGate(this.#pipelines) : null;
    for (const toxic of host.toxics) this.add(toxic);
  }

  add(toxic: Toxic): void {
    if (isStreamToxic(toxic)) this.#pipelines[toxic.stream].add(toxic);
    else if (isHttpToxic(toxic)) this.#strikes.add(toxic, dice(this.#host.seed, `${this.#host.id}/${toxic.name}`));
  }

  refresh(toxic: Toxic): void {
    if (isStreamToxic(toxic)) this.#pipelines[toxic.stream].refresh(toxic);
    else this.#gate?.release(toxic);
  }

  remove(toxic: Toxic): void {
    if (isStreamToxic(toxic)) this.#pipelines[toxic.stream].remove(toxic);
    else if (isHttpToxic(toxic)) {
      this.#strikes.remove(toxic);
      this.#gate?.release(toxic);
    }
  }

  /** At once, whatever is on its way. */
  destroy(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  #pipeline(stream: StreamName, source: Socket, sink: Socket): Pipeline {
    const { counters, seed, id } = this.#host;
    const host: PipelineHost = {
      source,
      sink,
      counter: counters[stream],
      holdShareBytes: () => this.#host.holdShareBytes(),
      mustWaitToo: () => this.#gate !== null && this.#mustWaitForGate(this.#gate, stream),
      closeSoon: () => this.#closeSoon(),
      reset: () => this.#reset(),
      diceFor: (toxic) => dice(seed, `${id}/${toxic.name}`),
    };
    return new Pipeline(host);
  }

  #putGate(pipelines: { readonly [Stream in StreamName]: Pipeline }): Gate {
    const gate = new Gate(
      { strike: (request) => this.#strikes.strike(request), close: () => this.#closeSoon(), moved: () => pipelines.upstream.recheck() },
      { server: pipelines.upstream.delivery, client: pipelines.downstream.inlet },
    );
    pipelines.upstream.leaveThrough(gate.requests);
    pipelines.downstream.enterThrough(gate.answers);
    this.#client.on("drain", () => pipelines.upstream.recheck());
    return gate;
  }

  /** Answers of the proxy's own go to the client without coming from the server: a client that does not read them may send no more requests. */
  #mustWaitForGate(gate: Gate, stream: StreamName): boolean {
    return stream === "downstream" ? gate.mustServerWait : gate.mustClientWait || this.#client.writableNeedDrain;
  }

  #closeSoon(): void {
    if (this.#closeTimer !== null) return;
    this.#closeTimer = after(closeGraceMs, () => this.destroy());
    this.#client.destroySoon();
    this.#upstream.destroySoon();
  }

  #reset(): void {
    resetSocket(this.#client);
    resetSocket(this.#upstream);
  }

  #upstreamErred(error: Error): void {
    if (this.#hasUpstream) {
      resetSocket(this.#client);
    } else {
      this.#host.upstreamFailed(error);
      this.#client.destroy();
    }
  }

  #countDown(): void {
    this.#openSockets -= 1;
    if (this.#openSockets > 0) return;
    this.#closeTimer?.[Symbol.dispose]();
    this.#pipelines.upstream[Symbol.dispose]();
    this.#pipelines.downstream[Symbol.dispose]();
    this.#gate?.[Symbol.dispose]();
    this.#host.gone(this);
  }
}
