/** The API answers one question in twenty for a document with an internal error. */

import { nodeModule } from "../../harness/index.ts";
import { variant } from "./variant.ts";

export const failingLookups = variant({
  name: "broken/failing-lookups",
  title: "An API that fails now and then",
  node: "api",
  command: nodeModule(import.meta.url, "service/api/failing-lookups"),
  turnsRed: ["CON-05", "CON-25"],
  shownBy: ["steady"],
});
