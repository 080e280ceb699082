/**
 * What each connection of autocannon does, as one record for each request. autocannon itself only counts, and does not keep requests and answers
 * together once a server closes a connection: it leaves the old one in place beside the new one. So its clients are followed, and put right.
 *
 *     request ──▶ under way ──▶ response ──▶ ok, status, body
 *                     ├──▶ connection failed ──▶ refused, reset
 *                     └──▶ on a new connection ──▶ timeout (autocannon destroyed the old one) · reset (it was closed without an answer) · else
 *                          the old one had answered before and was closed between two answers: the same request is sent again
 */

import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { systemErrorCode, RoadworthyError } from "../../../base/error.ts";
import { nowUs } from "../../../base/time.ts";
import type { RequestOutcome } from "../../../log/event.ts";
import { asksForBody, faultOfAnswer, type Expect } from "../../../scenario/route.ts";
import type { GuestRequest } from "../guest/guest.ts";

export interface ExchangesOptions {
  /** Number of the route in the table of the request log. */
  route: number;
  expect: Expect;
  record: (request: GuestRequest) => void;
}

interface Place {
  connection: Socket | null;
  /** When the request under way was sent. */
  startUs: number | null;
  /** Answers that came on this connection. */
  answers: number;
}

/** What autocannon's client keeps to itself. */
interface Inside {
  conn: Socket;
  parser: { initialize(type: "RESPONSE"): void };
  pipelinedRequests: { clear(): void };
  destroy(): void;
}

export class Exchanges {
  readonly asksForBody: boolean;
  readonly #options: ExchangesOptions;
  #answered: { startUs: number; endUs: number; status: number; bytes: number } | null = null;
  #inFlight = 0;
  #isOver = false;
  readonly #clients: object[] = [];

  constructor(options: ExchangesOptions) {
    this.#options = options;
    this.asksForBody = asksForBody(options.expect);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Nothing more is sent or recorded: requests that are still under way are nobody's failure. */
  end(): void {
    this.#isOver = true;
    for (const client of this.#clients) insideOf(client).destroy();
  }

  /** Called before the client opens its first connection. */
  follow(client: EventEmitter): void {
    const place: Place = { connection: null, startUs: null, answers: 0 };
    this.#clients.push(client);
    client.on("request", () => this.#sent(place, insideOf(client)));
    client.on("response", (status: number, bytes: number) => {
      const startUs = this.#taken(place);
      if (startUs === null) return;
      place.answers += 1;
      this.#answered = { startUs, endUs: nowUs(), status, bytes };
      if (!this.asksForBody) this.onBody("");
    });
    client.on("connError", (error: Error) => this.#failed(place, failureOf(error)));
  }

  /** The body of the answer that was told last; true, because what comes of it is not autocannon's to count. */
  onBody(body: string): boolean {
    const answered = this.#answered;
    this.#answered = null;
    if (answered === null) return true;
    const fault = faultOfAnswer(this.#options.expect, answered.status, body);
    const message = fault === null ? "" : fault === "status" ? `status ${answered.status}` : "another body than expected";
    this.#record({ ...answered, outcome: fault ?? "ok", message });
    return true;
  }

  #sent(place: Place, inside: Inside): void {
    if (inside.conn !== place.connection) this.#moveTo(place, inside);
    if (place.startUs !== null) return;
    place.startUs = nowUs();
    this.#inFlight += 1;
  }

  #moveTo(place: Place, { conn, parser, pipelinedRequests }: Inside): void {
    const { connection: old, answers } = place;
    if (old !== null) {
      if (old.destroyed && place.startUs !== null) this.#failed(place, { outcome: "timeout", message: "no answer" });
      else if (answers === 0) this.#failed(place, { outcome: "reset", message: "closed before an answer" });
      old.destroy();
    }
    // Half an answer of the old connection must not be taken for the beginning of one on the new, nor its body.
    parser.initialize("RESPONSE");
    pipelinedRequests.clear();
    place.connection = conn;
    place.answers = 0;
  }

  #failed(place: Place, failure: { outcome: RequestOutcome; message: string }): void {
    const startUs = this.#taken(place);
    if (startUs !== null) this.#record({ startUs, endUs: nowUs(), status: 0, bytes: 0, ...failure });
  }

  #taken(place: Place): number | null {
    const { startUs } = place;
    place.startUs = null;
    if (startUs !== null) this.#inFlight -= 1;
    return startUs;
  }

  #record(request: Omit<GuestRequest, "route">): void {
    if (!this.#isOver) this.#options.record({ route: this.#options.route, ...request });
  }
}

function failureOf(error: Error): { outcome: RequestOutcome; message: string } {
  const code = systemErrorCode(error) ?? "";
  const outcome = code === "ECONNREFUSED" || code === "EHOSTUNREACH" || code === "ENETUNREACH" ? "refused" : code === "ETIMEDOUT" ? "timeout" : "reset";
  return { outcome, message: code === "" ? error.message : code };
}

function insideOf(client: object): Inside {
  if (isInside(client)) return client;
  throw new RoadworthyError("internal", "autocannon's client has changed inside", { hint: "use the version of package-lock.json" });
}

function isInside(client: object): client is Inside {
  return "conn" in client && "destroy" in client && "parser" in client && "pipelinedRequests" in client;
}
