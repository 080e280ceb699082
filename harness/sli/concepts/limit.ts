/** Units and operators of objectives. */

import { fromMs, isTimeUnit, toMs, type TimeUnit } from "../../base/duration.ts";
import type { Objective } from "../../scenario/objective.ts";

/** The time unit that an objective's unit names ("s", "hours", "days"), or null when it names none. */
export function timeUnitOf(unit: string): TimeUnit | null {
  if (isTimeUnit(unit)) return unit;
  return longNames[unit] ?? null;
}

const longNames: Readonly<Record<string, TimeUnit>> = {
  milliseconds: "ms",
  second: "s",
  seconds: "s",
  minute: "min",
  minutes: "min",
  hour: "h",
  hours: "h",
  day: "d",
  days: "d",
};

/** The limit in ms of an objective about time; null when it has no single limit or its unit is no time. */
export function limitMsOf(objective: Objective): number | null {
  const unit = timeUnitOf(objective.unit);
  return unit === null || typeof objective.limit !== "number" ? null : toMs(objective.limit, unit);
}

/** ms in the objective's unit; as they are when the unit is no time. */
export function inUnit(objective: Objective, valueMs: number): number {
  const unit = timeUnitOf(objective.unit);
  return unit === null ? valueMs : fromMs(valueMs, unit);
}

/** Whether a value keeps the objective's limit; null when operator and limit do not fit a number. */
export function keeps(objective: Pick<Objective, "op" | "limit">, value: number): boolean | null {
  const { op, limit } = objective;
  if (Number.isNaN(value)) return false;
  if (op === "exists" || op === "measure") return true;
  if (Array.isArray(limit)) return op === "between" ? value >= limit[0] && value <= limit[1] : null;
  if (typeof limit === "string") return op === "in" ? listed(limit, value) : null;
  if (limit === null) return null;
  return compare(op, value, limit);
}

function compare(op: Objective["op"], value: number, limit: number): boolean | null {
  switch (op) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "==":
      return value === limit;
    case "between":
    case "in":
    case "contains":
    case "exists":
    case "measure":
      return null;
  }
}

/** "1, 2, 4" names three allowed values, "5..50" a range. */
function listed(limit: string, value: number): boolean {
  return limit.split(",").some((entry) => {
    const [low, high] = entry.split("..").map((bound) => Number(bound.trim()));
    if (low === undefined || Number.isNaN(low)) return false;
    return high === undefined ? value === low : value >= low && value <= high;
  });
}
