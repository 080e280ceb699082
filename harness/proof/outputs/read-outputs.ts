/** What a reader of each output is told of a run: outcome, exit code, and how each objective stands. Read from the text alone, without the code that wrote it. */

export type Standing = "fail" | "inconclusive" | "pass" | "information" | "not covered";

export interface Told {
  /** null: this output does not say. */
  outcome: string | null;
  exitCode: number | null;
  standings: ReadonlyMap<string, Standing>;
  required: ReadonlySet<string> | null;
}

export interface OutputTexts {
  json: string;
  junit: string;
  md: string;
  html: string;
  /** With all rows. */
  terminal: string;
}

export function readOutputs(texts: OutputTexts): Readonly<Record<keyof OutputTexts, Told>> {
  return { json: readJson(texts.json), junit: readJunit(texts.junit), md: readMarkdown(texts.md), html: readHtml(texts.html), terminal: readTerminal(texts.terminal) };
}

interface SuiteJson {
  outcome: string;
  exitCode: number;
  objectives: { objective: string; status: "ruled" | "information" | "not covered"; outcome: "pass" | "fail" | "inconclusive" | null; required: boolean }[];
}

function readJson(text: string): Told {
  const suite: SuiteJson = JSON.parse(text);
  const standing = (row: SuiteJson["objectives"][number]): Standing => (row.status === "ruled" ? (row.outcome ?? "inconclusive") : row.required ? "inconclusive" : row.status);
  return {
    outcome: suite.outcome,
    exitCode: suite.exitCode,
    standings: new Map(suite.objectives.map((row) => [row.objective, standing(row)])),
    required: new Set(suite.objectives.filter(({ required }) => required).map(({ objective }) => objective)),
  };
}

/** Objectives of the corpus target. */
const id = "ORD-\\d\\d";

function readJunit(text: string): Told {
  const cases = [...text.matchAll(/<testcase classname="[^"]*" name="([^" ]+)[^"]*"(?:\/>|>(.*?)<\/testcase>)/gs)];
  const standings = new Map<string, Standing>();
  for (const [, name = "", body = ""] of cases) {
    if (name === "run") continue;
    const skipped = /<system-out><!\[CDATA\[(information|not covered)/.exec(body)?.[1] === "information" ? "information" : "not covered";
    standings.set(name, body.includes("<failure") ? "fail" : body.includes("<error") ? "inconclusive" : body.includes("<skipped") ? skipped : "pass");
  }
  const red = /<failure|<error/.test(text);
  const exitCode = Number(/<property name="exitCode" value="(\d+)"/.exec(text)?.[1]);
  // A CI server sees colours only: red exactly when the exit code is not 0.
  return { outcome: null, exitCode: red === (exitCode !== 0) ? exitCode : -1, standings, required: null };
}

const signs: Readonly<Record<string, Standing>> = { "✗": "fail", "?": "inconclusive", "✓": "pass", i: "information", "–": "not covered" };

function readMarkdown(text: string): Told {
  const plain = text.replaceAll("\\", "");
  const standings = new Map<string, Standing>();
  const required = new Set<string>();
  for (const [, sign = "", word = "", beside = "", objective = ""] of plain.matchAll(new RegExp(`^\\| (\\S) ([a-z ]+?)(, not required)? \\| (${id}) \\|`, "gm"))) {
    standings.set(objective, signs[sign] === word ? (signs[sign] ?? "pass") : "not covered");
    if (beside === "") required.add(objective);
  }
  for (const [, objective = ""] of plain.matchAll(new RegExp(`^- (${id}) `, "gm"))) standings.set(objective, "not covered");
  return { outcome: /^## \S ([A-Z]+): /.exec(plain)?.[1]?.toLowerCase() ?? "", exitCode: Number(/^Exit code (\d+)\./m.exec(plain)?.[1]), standings, required };
}

function readHtml(text: string): Told {
  const rows = [...text.matchAll(new RegExp(`<tr id="o-(${id})" data-outcome="([a-z ]+)" data-status="[a-z ]+" data-kind="[a-z]+" data-required="(yes|no)"`, "g"))];
  const standings = new Map(rows.map(([, objective = "", word = ""]) => [objective, standingNamed(word)]));
  // The first screen has each row once more; it must say the same.
  for (const [, word = "", objective = ""] of text.matchAll(new RegExp(`<li class="row ([a-z-]+)"><details><summary>.*?<span class="id">(${id})</span>`, "gs"))) {
    if (standings.get(objective) !== standingNamed(word.replace("-", " "))) standings.delete(objective);
  }
  const exit = /<(?:th|dt)[^>]*>Exit code<\/(?:th|dt)>\s*<(?:td|dd)[^>]*>(\d+)</.exec(text)?.[1];
  const required = new Set(rows.filter(([, , , yes]) => yes === "yes").map(([, objective = ""]) => objective));
  return { outcome: /<section class="verdict ([a-z]+)"/.exec(text)?.[1] ?? "", exitCode: Number(exit), standings, required };
}

function readTerminal(text: string): Told {
  const standings = new Map([...text.matchAll(new RegExp(`^ (\\S) (${id}) `, "gm"))].map(([, sign = "", objective = ""]) => [objective, signs[sign] ?? "pass"]));
  return { outcome: /^([A-Z]+) {2}/.exec(text)?.[1]?.toLowerCase() ?? "", exitCode: Number(/^exit (\d+) \(/m.exec(text)?.[1]), standings, required: null };
}

function standingNamed(word: string): Standing {
  return Object.values(signs).find((standing) => standing === word) ?? "not covered";
}
