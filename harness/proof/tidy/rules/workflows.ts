/** Workflows and actions on GitHub: what runs a stranger's pull request has no secrets, no rights, and no text of the stranger's in a script (R35). */

import { parse } from "yaml";
import { z } from "zod";
import type { Finding, Project } from "../project.ts";
import type { SourceFile } from "../source-file.ts";

const pinned = /^(?:\.\/.*|docker:\/\/.+@sha256:[0-9a-f]{64}|[\w.-]+\/[\w./-]+@[0-9a-f]{40})$/;
const stepsSchema = z.array(z.looseObject({ uses: z.string().optional(), run: z.string().optional() }));
const workflowSchema = z.looseObject({
  permissions: z.unknown().optional(),
  jobs: z.record(z.string(), z.looseObject({ uses: z.string().optional(), steps: stepsSchema.optional(), permissions: z.unknown().optional() })).optional(),
  runs: z.looseObject({ steps: stepsSchema.optional() }).optional(),
});

export function workflows(project: Project): Finding[] {
  return [...project.files.values()].filter((file) => /^\.github\/.+\.ya?ml$/.test(file.path) || file.path === "action.yml").flatMap(complaintsAbout);
}

function complaintsAbout(file: SourceFile): Finding[] {
  const content = workflowSchema.parse(parse(file.text));
  const found: Finding[] = [];
  const say = (needle: string, problem: string, instead: string): void => {
    const line = file.lines.findIndex((text) => text.includes(needle)) + 1;
    found.push({ file: file.path, line, problem, instead });
  };
  if (content.jobs !== undefined) checkRights(file, content, say);
  const jobs = Object.values(content.jobs ?? {});
  const steps = [...jobs.flatMap((job) => job.steps ?? []), ...(content.runs?.steps ?? [])];
  for (const { uses } of [...jobs, ...steps]) {
    if (uses !== undefined && !pinned.test(uses)) say(uses, `uses ${uses}`, "pin it to the 40 digits of a commit, with the version in a comment: tags move");
  }
  for (const { run } of steps) {
    for (const [expression] of run?.matchAll(/\$\{\{.*?\}\}/gs) ?? []) {
      say(expression, `puts ${expression} into a script`, 'pass it by `env:` and write "$NAME": whoever chooses the text would choose the commands');
    }
  }
  return found;
}

function checkRights(file: SourceFile, content: z.infer<typeof workflowSchema>, say: (needle: string, problem: string, instead: string) => void): void {
  if (/^\s*(?:- )?["']?pull_request_target\b/m.test(file.text)) say("pull_request_target", "runs on pull_request_target", "use pull_request: the other one runs a stranger's code with our rights");
  if (/\$\{\{[^}]*\bsecrets\b/.test(file.text)) say("secrets", "reads a secret", "the gate needs none");
  const allowed = JSON.stringify({ contents: "read" });
  const rights = [content.permissions ?? null, ...Object.values(content.jobs ?? {}).flatMap((job) => job.permissions ?? [])];
  if (rights.some((each) => JSON.stringify(each) !== allowed)) say("permissions", "asks for other rights than reading, or says nothing", "write `permissions: { contents: read }` at the top");
}
