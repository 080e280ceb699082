/** Whether PostgreSQL takes a new connection and answers a statement on it. A statement that writes shows what a demoted primary hides. */

import { Client } from "pg";
import { RoadworthyError } from "../../../base/error.ts";
import type { ProbeSpec } from "../../../scenario/target/probe.ts";
import { guardedSocket, type Check } from "./check.ts";

export const checkPostgres: Check<Extract<ProbeSpec, { layer: "postgres" }>> = async (spec, place, signal) => {
  const { address, access } = place;
  if (access.kind !== "postgres") throw new RoadworthyError("target-invalid", "a probe of layer postgres looks at a node of another kind");
  // The socket is ours, connected by the client, so that a client that hangs in any state can be cut off.
  const socket = guardedSocket(place, signal);
  const { user, password, database } = access;
  const client = new Client({ host: address.host, port: address.port, user, password, database, application_name: "roadworthy-probe", stream: () => socket });
  // A connection that breaks after the answer is no failure of the statement.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(spec.statement);
    // Says goodbye, so that the server's log stays clean; the answer is known already.
    void client.end().catch(() => {});
    return null;
  } catch (error) {
    socket.destroy();
    throw error;
  }
};
