/** What `init` says in the end: what it saw, what it wrote, what is not set up, and what to do next. */

import { plain } from "../../../reports/text.ts";
import type { Fate } from "./manifest.ts";
import type { Written } from "./write-files.ts";

export function initSummary({ prepared: { known, document, project, folder }, decided, leftOver }: Written): string {
  const { system, door, links, missing } = known;
  const kinds = [...system.parts.map((part) => ({ part, note: part === door ? "; load comes here" : "" })), ...system.tasks.map((part) => ({ part, note: "; left to itself" })), ...system.tools.map((part) => ({ part, note: "; no part of the system" }))];
  const parts = kinds.map(({ part, note }) => `  ${part.service.name.padEnd(20)} ${`${part.role}${part.port === null ? "" : ` ${part.port}`}`.padEnd(14)} ${part.because}${note}`);
  const gate = folder === "chaos" ? "gate" : `./${folder}/suites/gate.${known.answers.format} --target ./${folder}/${system.name}`;
  const gaps = missing.flatMap(({ what, line }) => [`  ${what}`, `    ${line}`]);
  const clients = system.withoutClients.map((name) => `  who talks to ${name}: add its clients to links in the target`);
  const keepsImages = project.services.some(({ isBuilt, image }) => isBuilt && image !== null);
  const lines = [
    `${system.name}: ${project.services.length} services${document === null ? "" : `, and what ${document} says of their routes`}`,
    ...parts,
    ...(links.length === 0 ? [] : [`links: ${links.map(({ from, to }) => `${from} → ${to}`).join(", ")}`]),
    ...(project.leftOut.length === 0 ? [] : [`left out, being in profiles that were not chosen: ${project.leftOut.join(", ")}`]),
    ...(project.missing.length === 0 ? [] : [`variables without a value: ${project.missing.join(", ")}`]),
    "",
    ...decided.map(({ draft, fate }) => `${said[fate].padEnd(11)} ${draft.path}`),
    ...leftOver.map((path) => `not needed  ${path}`),
    ...(gaps.length + clients.length === 0 ? [] : ["", "not set up, as every report says as well:", ...gaps, ...clients]),
    "",
    "next:",
    `  put your own limits into ${folder}/${system.name}/objectives.${known.answers.format}`,
    ...(keepsImages ? ["  docker compose build, after every change: an image that is there already is taken as it is"] : []),
    `  npx roadworthy plan ${gate}`,
    `  npx roadworthy suite ${gate}`,
  ];
  return `${lines.map(plain).join("\n")}\n`;
}

const said: Readonly<Record<Fate, string>> = { new: "written", updated: "updated", unchanged: "as it was", edited: "yours, kept", deleted: "deleted", foreign: "yours, kept" };
