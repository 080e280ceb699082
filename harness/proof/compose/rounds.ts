/** One life of the stack each: up, a document on its way through it, a disturbance, down; and what was seen of it. */

import { nowUs, poll } from "../../base/time.ts";
import { connectProxy } from "../../drive/proxy/client.ts";
import { ingest, statusOf, untilCompleted } from "./document.ts";
import { ComposeStack, type ComposeContext } from "./stack.ts";

const knownWithinMs = 10_000;
const lookEveryMs = 100;

export interface Round {
  readonly upMs: number;
  readonly downMs: number;
  /** What did not hold, in words. */
  readonly wrong: readonly string[];
  /** Ids of containers, volumes and networks. */
  readonly left: readonly string[];
}

/** PostgreSQL is killed in between: what was acknowledged before must be there after, which is what its volume is for. */
export async function plainRound(context: ComposeContext): Promise<Round> {
  return await liveOnce(context, ["images/local.env"], async (stack) => {
    await stack.killAndStart("postgres");
    if (!(await untilCompleted(stack.apiUrl, 1))) return ["the document is gone after PostgreSQL was killed"];
    return (await untilStatus(`${stack.apiUrl}/health/ready`, 200)) ? [] : ["the API did not find back to PostgreSQL"];
  });
}

/** One link is cut: its client must feel it, and the other client of the same server must not. */
export async function proxiedRound(context: ComposeContext): Promise<Round> {
  return await liveOnce(context, ["images/local.env", "through-toxiproxy.env"], async (stack) => {
    const proxy = connectProxy(stack.toxiproxyAddress);
    await proxy.setEnabled("workers-postgres", false);
    const wrong = (await statusOf(`${stack.apiUrl}/health/ready`)) === 200 ? [] : ["the API felt a cut link of the workers"];
    const accepted = await ingest(stack.apiUrl, "while-cut");
    if (accepted !== 202) wrong.push(`a document was answered ${accepted} while the workers were cut off`);
    await proxy.setEnabled("workers-postgres", true);
    if (!(await untilCompleted(stack.apiUrl, 2))) wrong.push("the workers did not come back");
    await proxy.setEnabled("api-postgres", false);
    if (!(await untilStatus(`${stack.apiUrl}/health/ready`, 503))) wrong.push("the API did not feel its own cut link");
    await proxy.reset();
    if (!(await untilStatus(`${stack.apiUrl}/health/ready`, 200))) wrong.push("the API did not come back");
    return wrong;
  });
}

async function liveOnce(context: ComposeContext, variables: readonly string[], disturb: (stack: ComposeStack) => Promise<string[]>): Promise<Round> {
  await using stack = await ComposeStack.prepare(context, variables);
  const upMs = await stack.up();
  const sick = (await stack.health()).filter((line) => !/=(?:healthy|running)$/.test(line));
  const accepted = await ingest(stack.apiUrl, "first");
  const wrong = [...sick, ...(accepted === 202 ? [] : [`a document was answered ${accepted}`])];
  if (await untilCompleted(stack.apiUrl, 1)) wrong.push(...(await disturb(stack)));
  else wrong.push("the document was not completed");
  const downMs = await stack.down();
  return { upMs, downMs, wrong, left: await stack.left() };
}

async function untilStatus(url: string, status: number): Promise<boolean> {
  const look = async (): Promise<true | undefined> => ((await statusOf(url)) === status ? true : undefined);
  return (await poll(look, { intervalMs: lookEveryMs, deadlineUs: nowUs() + knownWithinMs * 1000 })) === true;
}
