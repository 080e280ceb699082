/** Puts a setting of a server right again, and looks whether it is: `node main.ts <json of a restore order>`, run by the supervisor. */

import { asRoadworthyError, messageOf } from "../../../base/error.ts";
import { restoreOrderSchema, type RestoreOrder } from "./order.ts";
import { restorePostgresSetting } from "./postgres-setting.ts";
import { restoreRedisSettings } from "./redis-settings.ts";

try {
  await restore(restoreOrderSchema.parse(JSON.parse(process.argv[2] ?? "null")));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = asRoadworthyError(error).exitCode;
}

async function restore(order: RestoreOrder): Promise<void> {
  switch (order.restore) {
    case "redis-settings":
      await restoreRedisSettings(order);
      break;
    case "postgres-setting":
      await restorePostgresSetting(order);
      break;
  }
}
