/** All files that `init` writes, with their texts. Pure. */

import { posix } from "node:path";
import type { Answers } from "../answers.ts";
import type { ComposeProject } from "../compose/read-compose.ts";
import { allowFileName } from "../../../scenario/target/allow.ts";
import { allowDraft } from "./allow.ts";
import { asTypeScript, type Wrapping } from "./as-typescript.ts";
import { asYaml, type Remarks } from "./as-yaml.ts";
import type { Known } from "./known.ts";
import { objectivesOf } from "./objectives.ts";
import { scenarioDrafts, suiteDrafts } from "./scenarios.ts";
import { targetDraft } from "./target.ts";
import { gitHubWorkflow, gitLabJob, type Place } from "./workflows.ts";

export interface Draft {
  /** From the folder where `init` was called, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Surroundings extends Place {
  readonly project: ComposeProject;
  /** Absolute. */
  readonly root: string;
  readonly withWorkflows: boolean;
}

export function draftsOf(known: Known, { project, root, withWorkflows, ...place }: Surroundings): Draft[] {
  const { format } = known.answers;
  const own = (path: string, data: unknown, written: Written): Draft => ({ path: posix.join(place.folder, `${path}.${format}`), text: textOf(data, written, format) });
  const { name } = known.system;
  const scenarios = scenarioDrafts(known);
  const definitions = [
    own(`${name}/target`, format === "yaml" ? { ...targetDraft(known), objectives: "objectives.yaml" } : targetDraft(known), targetWritten(known)),
    own(`${name}/objectives`, objectivesOf(known), { remarks: { head: objectivesHead }, by: { by: "defineObjectives", as: "objectives" } }),
    ...scenarios.map((scenario) => own(`scenarios/${scenario.name}`, scenario, { remarks: { head: scenario.title, at: scenario.name === "steady" ? { workloads: "Rates are a guess: put in what your users send, and rather more." } : {} }, by: { by: "defineScenario", as: null } })),
    ...suiteDrafts(known, scenarios).map((suite) => own(`suites/${suite.name}`, suite, { remarks: { head: `${suite.title}.`, at: { required: "Without a ruling on each of these the suite is inconclusive." } }, by: { by: "defineSuite", as: null } })),
  ];
  const allow = { path: allowFileName, text: allowDraft(project, root) };
  if (!withWorkflows) return [...definitions, allow];
  return [...definitions, allow, { path: ".github/workflows/roadworthy.yml", text: gitHubWorkflow(place) }, { path: posix.join(place.folder, "ci/gitlab.yml"), text: gitLabJob(place) }];
}

interface Written {
  readonly remarks: Remarks;
  readonly by: Wrapping;
}

function textOf(data: unknown, { remarks, by }: Written, format: Answers["format"]): string {
  return format === "yaml" ? asYaml(data, remarks) : asTypeScript(data, remarks, by);
}

const objectivesHead = `What the system promises. The limits are a beginning: put in those of your own roadmap, with where they are written down (source).
An objective without an indicator is not set up yet; its coverage says what to add.`;

function targetWritten({ system, answers, missing }: Known): Written {
  const nodes = system.parts.map((part): [string, string] => [`nodes.${part.service.name}`, `${part.role}: ${part.because}`]);
  const gaps = missing.map(({ what, line }) => `  ${what}\n    ${line}`);
  const head = ["The system under test: what is brought up in containers from the compose files, which are taken as they are.", ...(gaps.length === 0 ? [] : ["Not known yet:", ...gaps])].join("\n");
  const extension = answers.format;
  return {
    remarks: {
      head,
      at: {
        ...Object.fromEntries(nodes),
        nodes: "Services of the compose files, with what told what they are.",
        links: "Who is whose client: each link has a proxy of its own, on which faults strike.",
        routes: "What the load asks, and what a good answer is.",
        ledgers: "Writes that are tracked, and how every id is read back at the end.",
      },
    },
    by: { by: "defineTarget", as: null, code: { objectives: { value: "objectives", from: `./objectives.${extension}` } } },
  };
}
