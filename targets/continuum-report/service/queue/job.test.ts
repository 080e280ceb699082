import { describe, expect, it } from "vitest";
import { newJob, parseJob } from "./job.ts";

const job = newJob({ id: "0d9e", external_id: "doc-7", filename: "7.pdf", processing_status: "pending" });

describe("job", () => {
  it("survives the way through the queue", () => {
    expect(parseJob(JSON.stringify(job))).toEqual(job);
  });

  it("takes the roadmap's own form", () => {
    expect(parseJob('{"id":"a","document_id":"b","attempts":2}')).toEqual({ id: "a", document_id: "b", attempts: 2, filename: "b", postponements: 0 });
  });

  it.each(["", "null", "7", "[]", '{"id":"a"}', '{"id":1,"document_id":"b"}', "{"])("takes %j for no job", (entry) => {
    expect(parseJob(entry)).toBeNull();
  });
});
