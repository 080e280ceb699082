/** Lines that break a rule on purpose. Each is named by a part of its text, so that it moves with the line, and has a reason; one that is needed no more must go. */

import type { Finding, Project } from "./project.ts";

export interface Exemption {
  rule: string;
  file: string;
  /** A part of the line; absent when the whole file is meant. */
  line?: string;
  reason: string;
}

export const exemptions: readonly Exemption[] = [
  { rule: "banned", file: "harness/proof/crash/trace-points.ts", line: "import childProcess", reason: "it stands between the product and Node's own functions" },
  { rule: "words", file: "harness/proof/tidy/rules/words.ts", line: "const marks", reason: "the words to look for" },
  { rule: "words", file: "harness/proof/tidy/rules/rules.test.ts", reason: "known-bad snippets" },
];

/** The findings that no exemption covers, and a finding for every exemption that covers none. */
export function exempt(rule: string, project: Project, findings: readonly Finding[], list: readonly Exemption[] = exemptions): Finding[] {
  const ours = list.filter((each) => each.rule === rule);
  const needless = ours.filter((each) => !findings.some((finding) => covers(each, project, finding)));
  return [
    ...findings.filter((finding) => !ours.some((each) => covers(each, project, finding))),
    ...needless.map((each) => ({ file: each.file, line: 0, problem: `is exempt from "${rule}" (${each.reason}) and needs it no more`, instead: "take the row out of exemptions.ts" })),
  ];
}

function covers(exemption: Exemption, project: Project, finding: Finding): boolean {
  if (exemption.file !== finding.file) return false;
  if (exemption.line === undefined) return true;
  return project.files.get(finding.file)?.lines[finding.line - 1]?.includes(exemption.line) ?? false;
}
