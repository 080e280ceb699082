/** The user that servers of ours run as: PostgreSQL refuses root, and a Redis without password should not have root's rights either. */

import { readFileSync } from "node:fs";

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** The usual ids of `nobody`, where the machine does not say. */
const nobody: UserIds = { uid: 65_534, gid: 65_534 };

/** null when we are not root: then servers run as we do. */
export function unprivilegedUser(): UserIds | null {
  if (process.getuid?.() !== 0) return null;
  const line = passwords().find((entry) => entry.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid === undefined || gid === undefined ? nobody : { uid: Number(uid), gid: Number(gid) };
}

function passwords(): string[] {
  try {
    return readFileSync("/etc/passwd", "utf8").split("\n");
  } catch {
    return [];
  }
}
