/** What the faults on single requests share: which links can have them, and what shows that requests were struck. */

import type { FaultSpec } from "../../scenario/fault.ts";
import type { ToxicSpec } from "../proxy/toxics/index.ts";
import type { Stack } from "../stack/stack.ts";
import type { ActiveFault, InjectContext } from "./fault.ts";
import { addToxics, answersAgain, silentForMs, tripThrough, unavailableBeyondToxiproxy } from "./link.ts";

type HttpFaultSpec = Extract<FaultSpec, { kind: `http-${string}` }>;

export const requestsWitness = {
  undo: "removes the toxic at the proxy",
  felt: "the proxy counts a request over each link that it struck",
  settled: "a fresh connection through each link is answered",
};

export function unavailableRequests({ links }: HttpFaultSpec, stack: Stack): string | null {
  const unmarked = links.filter((link) => stack.links.get(link)?.spec.http === false);
  const problem = unavailableBeyondToxiproxy(links, stack);
  if (problem !== null || unmarked.length === 0) return problem;
  return `${unmarked.map((link) => `link "${link}"`).join(", ")} is not marked \`http: true\` in the target, so requests cannot be told apart`;
}

export async function strikeRequests(stack: Stack, context: InjectContext, { spec, toxic }: { spec: HttpFaultSpec; toxic: ToxicSpec }): Promise<ActiveFault> {
  return await addToxics(stack, context, {
    links: spec.links,
    toxic,
    share: spec.share,
    felt: async (link, name) => {
      // It may or may not be one of those that are struck; where it is not, those of the load are.
      await tripThrough(stack, link, silentForMs);
      const struck = (await stack.proxy.stats(link))?.toxics.find((entry) => entry.name === name)?.requests ?? 0;
      return struck > 0 ? `the proxy struck ${struck} requests over ${link}` : null;
    },
    settled: (link) => answersAgain(stack, link),
  });
}
