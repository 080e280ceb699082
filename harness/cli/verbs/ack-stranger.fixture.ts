/** Confirms as somebody who may read the journals but not write into them, and prints what becomes of it. Started as root it becomes another user, to whom rights mean something. */

import { asRoadworthyError } from "../../base/error.ts";
import { ack } from "./ack.ts";

const nobody = 65_534;

// Only now: until here it has to read its own modules, wherever they are.
if (process.getuid?.() === 0) process.seteuid?.(nobody);
const said = await ack(undefined, undefined, {}).catch((error: unknown) => {
  const { exitCode, message } = asRoadworthyError(error);
  return `${exitCode}: ${message}`;
});
process.stdout.write(said);
