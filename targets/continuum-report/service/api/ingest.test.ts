import { describe, expect, it } from "vitest";
import { parseDocument } from "./ingest.ts";

describe("what may be ingested", () => {
  it("takes an id as text or as number", () => {
    expect(parseDocument({ document_id: 12345 })).toEqual({ externalId: "12345", filename: "12345" });
    expect(parseDocument({ document_id: "doc-7", title: "Lease", tags: ["a"] })).toEqual({ externalId: "doc-7", filename: "Lease" });
    expect(parseDocument({ document_id: "doc-7", title: "Lease", file_path: "/in/7.pdf" })).toEqual({ externalId: "doc-7", filename: "/in/7.pdf" });
  });

  it("cuts a file name that is too long for its column", () => {
    expect(parseDocument({ document_id: "a", title: "x".repeat(600) }).filename).toHaveLength(512);
  });

  it.each([null, 7, "doc-7", [], {}, { document_id: "" }, { document_id: "  " }, { document_id: 1.5 }, { document_id: null }, { document_id: "x".repeat(256) }, { document_id: "a\0b" }])(
    "refuses %j",
    (payload) => {
      expect(() => parseDocument(payload)).toThrow(/document_id|body/);
    },
  );
});
