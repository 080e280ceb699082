/** Words that do not belong into a file: promises to come back, and paths that exist on one machine only. */

import type { Finding, Project } from "../project.ts";

const marks = /\b(?:TODO|FIXME|XXX|HACK)\b/;
const machinePath = /(?<![\w.$}~-])\/(?:work|root|Users|home)\/[\w.-]+/;

export function words(project: Project): Finding[] {
  return [...project.files.values()].flatMap((file) =>
    file.lines.flatMap((text, index) => {
      const at = { file: file.path, line: index + 1 };
      const mark = marks.exec(text);
      const path = machinePath.exec(text);
      return [
        ...(mark === null ? [] : [{ ...at, problem: `says ${mark[0]}`, instead: "do it now, or open an issue and leave the code complete" }]),
        ...(path === null ? [] : [{ ...at, problem: `names ${path[0]}`, instead: "use a path from the repository, the temporary or the home folder" }]),
      ];
    }),
  );
}
