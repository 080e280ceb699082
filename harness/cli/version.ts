/** The version of this package. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../base/entry.ts";

const manifestSchema = z.object({ version: z.string() });

export function version(): string {
  return manifestSchema.parse(JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"))).version;
}
