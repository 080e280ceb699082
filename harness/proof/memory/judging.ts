/** Judges the log in the folder that it is given, once, and prints what that did to this process's memory, and the verdict's counts. */

import { judgeScenario } from "../../judge/verdict/scenario.ts";
import { openLog, type Log } from "../../log/reader.ts";
import { heldBytes, MemoryLook } from "./look.ts";

const looks = 20;

const [folder = "", samples = "0"] = process.argv.slice(2);
const eventsPerLook = Number(samples) / looks;
const look = new MemoryLook(heldBytes);

/** The log, looked at while it is read. */
function watched(log: Log): Log {
  return {
    header: log.header,
    *events() {
      const events = log.events();
      let seen = 0;
      for (let next = events.next(); ; next = events.next()) {
        if (next.done === true) return next.value;
        seen += 1;
        if (seen % eventsPerLook === 0) look.look(seen / Number(samples));
        yield next.value;
      }
    },
  };
}

const { verdict } = judgeScenario(watched(openLog(folder)));
look.look(1);
const judged = verdict.rulings.map(({ samples: count }) => count);
console.log(JSON.stringify({ requests: verdict.generator.offered, ...look.growth(), judged, incomplete: verdict.incomplete }));
