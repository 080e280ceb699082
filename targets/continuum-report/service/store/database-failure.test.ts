import { describe, expect, it } from "vitest";
import { DocumentFault, Unavailable } from "../base/failure.ts";
import { connectFailure, statementFailure } from "./database-failure.ts";

function serverError(code: string): Error {
  return Object.assign(new Error("from the server"), { code, severity: "ERROR" });
}

describe("failures of PostgreSQL", () => {
  it.each(["57P01", "57P03", "57014", "53300", "08006", "25006", "42P01", "40001"])("%s is an outage that had no effect", (code) => {
    const failure = statementFailure(serverError(code));
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure).toMatchObject({ dependency: "postgres", effect: "none", answered: false });
  });

  it.each(["22021", "22001", "23503", "23505"])("%s is the document's fault", (code) => {
    expect(statementFailure(serverError(code))).toBeInstanceOf(DocumentFault);
  });

  it.each(["ECONNRESET", "EPIPE"])("%s leaves open whether the statement was carried out", (code) => {
    expect(statementFailure(Object.assign(new Error("read"), { code }))).toMatchObject({ effect: "unknown" });
  });

  it("knows that nothing happened when there was no connection", () => {
    expect(connectFailure(Object.assign(new Error(""), { code: "ECONNREFUSED" }))).toMatchObject({ effect: "none", message: "postgres: ECONNREFUSED" });
  });
});
