/** Turns a module of this package into a path that can be spawned: `.ts` in a checkout, `.js` in the published package. The only place that knows the difference. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(import.meta.url);
const extension = here.endsWith(".ts") ? ".ts" : ".js";

/** The folder that holds `harness`, `targets`, `scenarios` and `reports`: the checkout, or `dist` of the package. */
export const codeRoot = dirname(dirname(dirname(here)));

/** The folder that holds `package.json`. */
export const packageRoot = existsSync(join(codeRoot, "package.json")) ? codeRoot : dirname(codeRoot);

/** Path of a module, named from the code root without extension ("harness/drive/proxy/main"). */
export function entryPath(module: string): string {
  return join(codeRoot, `${module}${extension}`);
}

/** Whether this is a checkout (TypeScript is run directly) or the published package. */
export const isCheckout = extension === ".ts";
