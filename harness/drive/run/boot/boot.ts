/** Boots the stack of a run, and leaves in the log what became ready; also when something did not. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RoadworthyError } from "../../../base/error.ts";
import { nowUs } from "../../../base/time.ts";
import type { ControlEvent } from "../../../log/event.ts";
import { openEventWriter, type EventWriter } from "../../../log/writer.ts";
import type { Scenario } from "../../../scenario/scenario.ts";
import type { Target } from "../../../scenario/target/target.ts";
import type { ContainerMoment } from "../../stack/evidence/container-evidence.ts";
import type { Stack } from "../../stack/stack.ts";
import type { Supervisor } from "../../supervisor/client.ts";
import type { RunOptions, RunPlan } from "../plan.ts";
import { stageOnly } from "../progress.ts";
import { bootStack } from "./stack-choice.ts";
import { stopEvent } from "../stop.ts";

export interface BootGround {
  supervisor: Supervisor;
  /** Of the run. */
  log: EventWriter;
  /** Scenarios that have a log. */
  finished: string[];
  /** Writes the header of a scenario, and the boot, into its log. */
  writeOpening: (log: EventWriter, scenario: Scenario, boot: ControlEvent) => void;
  /** Told of a log that can no longer be written. */
  onError: (error: RoadworthyError) => void;
  /** Told of each start and end of a container. */
  onMoment: (moment: ContainerMoment) => void;
  /** Told what compose files tell their services in confidence, before anything is started. */
  onSecrets: (secrets: readonly string[]) => void;
}

/** Rejects as `bootStack` does. A scenario that rules on the boot has been shown it then, and has a log of nothing else. */
export async function boot(plan: RunPlan, options: RunOptions, ground: BootGround): Promise<{ stack: Stack; event: ControlEvent }> {
  const beganUs = nowUs();
  const stack = await bootStack(plan, options, {
    supervisor: ground.supervisor,
    onProgress: (note) => options.onProgress(stageOnly("boot", note)),
    onNotReady: ({ ready, notReady }, error) => {
      const event: ControlEvent = { type: "boot", at: nowUs(), bootMs: (nowUs() - beganUs) / 1000, ready, notReady };
      ground.log.write(event);
      for (const scenario of plan.scenarios.filter((each) => rulesOnBoot(each, plan.target))) leaveUnbooted(scenario, { event, error, ground, options });
    },
    onLost: ground.onError,
    onMoment: ground.onMoment,
    onSecrets: ground.onSecrets,
  });
  const event: ControlEvent = { type: "boot", at: nowUs(), bootMs: stack.bootMs, versions: stack.versions, images: stack.images, ready: [...stack.nodes.keys()], notReady: [] };
  ground.log.write(event);
  return { stack, event };
}

function rulesOnBoot({ rules }: Scenario, { objectives }: Target): boolean {
  const isBoot = (id: string | undefined): boolean => objectives.some((objective) => objective.id === id && objective.indicator?.kind === "boot");
  return objectives.some(({ id, sameAs }) => rules.includes(id) && (isBoot(id) || isBoot(sameAs)));
}

interface Unbooted {
  event: ControlEvent;
  error: RoadworthyError;
  ground: BootGround;
  options: RunOptions;
}

function leaveUnbooted(scenario: Scenario, { event, error, ground, options }: Unbooted): void {
  const folder = join(options.folder, scenario.name, "log");
  mkdirSync(folder, { recursive: true });
  using log = openEventWriter(folder, "harness", { onError: ground.onError, secrets: options.secrets });
  ground.writeOpening(log, scenario, event);
  log.write(stopEvent(error));
  log.write({ type: "end", at: nowUs() });
  log.sync();
  ground.finished.push(scenario.name);
}
