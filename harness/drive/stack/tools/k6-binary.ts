/** k6, which runs users' own scripts. Only workloads with `engine: k6` need it. */

import type { GoTool } from "./go-tool.ts";

export const k6: GoTool = {
  title: "k6",
  program: "k6",
  variable: "ROADWORTHY_K6",
  module: "go.k6.io/k6",
  package: "",
  linkerFlags: () => ["-s", "-w"],
  failsAs: "tool-missing",
  orElse: "leave out the workloads that it sends",
};
