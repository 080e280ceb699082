import { expect, test } from "vitest";
import { undoOfDisable, undoOfLink, undoOfToxic } from "./undo.ts";

test("an undo is plain data that survives a journal", () => {
  for (const undo of [undoOfToxic("db", "slow"), undoOfDisable("db"), undoOfLink("db")]) expect(JSON.parse(JSON.stringify(undo))).toEqual(undo);
});

test("what is gone needs no undoing", () => {
  for (const undo of [undoOfToxic("db", "slow"), undoOfDisable("db"), undoOfLink("db")]) {
    expect(undo.doneStatus).toContain(404);
    expect(undo.verify.status).toContain(404);
  }
});

test("names cannot leave their place in the path", () => {
  expect(undoOfToxic("a/b", "../c").request.path).toBe("/proxies/a%2Fb/toxics/..%2Fc");
});
