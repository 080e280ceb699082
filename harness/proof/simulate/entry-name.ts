/** What a journal entry is about, in a word or two: by this it is found again. */

import type { JournalEntry } from "../../drive/supervisor/core/state.ts";

export function nameOfEntry(entry: JournalEntry): string {
  switch (entry.entry) {
    case "lease":
    case "undone":
      return `${entry.entry} ${entry.lease}`;
    case "folder":
      return `folder ${entry.path}`;
    case "project":
      return `project ${entry.project.run}`;
    case "spawning":
    case "started":
    case "ended":
      return `${entry.entry} ${entry.child}`;
  }
}
