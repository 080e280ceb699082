import { describe, expect, it } from "vitest";
import { dice } from "../../base/random.ts";
import { requestOutcomes } from "../../log/event.ts";
import { Ledger, writeOutcomeOf, type WriteEvent } from "./ledger.ts";

function ledger(id = "{{run}}-{{n}}"): { ledger: Ledger; events: WriteEvent[] } {
  const events: WriteEvent[] = [];
  return { ledger: new Ledger({ name: "documents", id, run: "r7", journal: (event) => events.push(event) }), events };
}

describe("Ledger", () => {
  it("numbers its writes from 1", () => {
    const { ledger: documents } = ledger();
    expect([documents.nextId(), documents.nextId(), documents.nextId()]).toEqual(["r7-1", "r7-2", "r7-3"]);
  });

  it("journals invoke and outcome with their times", () => {
    const { ledger: documents, events } = ledger();
    documents.invoke("r7-1", 10, 12);
    documents.settle("r7-1", "info", { intendedUs: 10, at: 30 });
    expect(events).toEqual([
      { type: "write", at: 12, ledger: "documents", id: "r7-1", intendedUs: 10, what: "invoke" },
      { type: "write", at: 30, ledger: "documents", id: "r7-1", intendedUs: 10, what: "info" },
    ]);
  });

  it("gives only acknowledged ids, and one that never exists before there are any", () => {
    const { ledger: documents } = ledger();
    const roll = dice(1, "ledger");
    expect(documents.acknowledged(roll)).toBe("r7-0");
    documents.settle("r7-1", "info", { intendedUs: 0, at: 0 });
    documents.settle("r7-2", "refused", { intendedUs: 0, at: 0 });
    expect(documents.acknowledged(roll)).toBe("r7-0");
    for (const id of ["r7-3", "r7-4", "r7-5"]) documents.settle(id, "ok", { intendedUs: 0, at: 0 });
    expect(new Set(Array.from({ length: 100 }, () => documents.acknowledged(roll)))).toEqual(new Set(["r7-3", "r7-4", "r7-5"]));
  });

  it("takes exactly one roll for an acknowledged id, whether there is one or not", () => {
    const rolls = [0, 0];
    const counting = (index: number) => () => {
      rolls[index] = (rolls[index] ?? 0) + 1;
      return 0.5;
    };
    const { ledger: documents } = ledger();
    documents.acknowledged(counting(0));
    documents.settle("r7-1", "ok", { intendedUs: 0, at: 0 });
    documents.acknowledged(counting(1));
    expect(rolls).toEqual([1, 1]);
  });

  it("refuses an id template that nothing fills", () => {
    expect(() => ledger("{{date}}")).toThrow(expect.objectContaining({ code: "target-invalid" }));
  });
});

describe("writeOutcomeOf", () => {
  it("is in doubt for everything but an expected answer and a promised refusal", () => {
    const all = requestOutcomes.map((outcome) => [outcome, writeOutcomeOf(outcome, true)]);
    expect(Object.fromEntries(all)).toMatchObject({ ok: "ok", status: "refused", body: "refused", timeout: "info", reset: "info", refused: "info", malformed: "info", tls: "info" });
    expect(writeOutcomeOf("status", false)).toBe("info");
  });
});
