/** The embedded proxy and the real Toxiproxy, driven by the same unchanged client through the same cases. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { messageOf } from "../../base/error.ts";
import { expectedOf, type ServerKind } from "./conformance/case.fixture.ts";
import { cases } from "./conformance/cases.fixture.ts";
import { startServer, type ConformanceServer } from "./conformance/servers.fixture.ts";
import { newStage } from "./conformance/stage.fixture.ts";

/** A cold build of the real one takes about a minute. */
const startWithinMs = 320_000;
const caseWithinMs = 20_000;

describe.each<ServerKind>(["embedded", "toxiproxy"])("%s", (kind) => {
  let server: ConformanceServer | null = null;
  let missing = "";
  beforeAll(async () => {
    try {
      server = await startServer(kind);
    } catch (error) {
      missing = messageOf(error);
    }
  }, startWithinMs);
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });

  // Who has no Go may work without the real one; what guards the project may not pass without having compared.
  const mayBeMissing = kind === "toxiproxy" && process.env["CI"] === undefined;

  test("is there", ({ skip }) => {
    if (server === null && mayBeMissing) skip(`the embedded proxy is not compared with the real one: ${missing}`);
    expect(server, missing).not.toBeNull();
  });

  test.for(cases)("$name", { timeout: caseWithinMs }, async (row, { skip }) => {
    if (server === null) return skip("no server");
    await using stage = newStage(server.base);
    expect(await row.act(stage)).toEqual(expectedOf(row, kind));
  });
});

test.each(cases.filter(({ differs }) => differs !== undefined))("what is marked as different is: $name", (row) => {
  expect(row.differs?.sees).not.toEqual(row.sees);
});
