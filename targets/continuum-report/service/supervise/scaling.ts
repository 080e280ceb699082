/** How many workers there should be: follows the length of the queue, one step at a time, always between the two limits. */

export interface ScalingLimits {
  readonly minimum: number;
  readonly maximum: number;
  /** More waiting jobs per worker than this call for one more worker. */
  readonly jobsPerWorker: number;
  /** After the queue has been empty for this long, one worker goes. */
  readonly quietMs: number;
  /** At least this long between two steps up, so that a new worker can show what it changes. */
  readonly growthGapMs: number;
}

export interface Scale {
  readonly workers: number;
  /** When the number last changed, or the queue last had something in it. */
  readonly steadySinceMs: number;
}

export function startScale(limits: ScalingLimits, nowMs: number): Scale {
  return { workers: limits.minimum, steadySinceMs: nowMs };
}

/** The scale after a look at the queue. */
export function nextScale(scale: Scale, look: { readonly queueLength: number; readonly nowMs: number }, limits: ScalingLimits): Scale {
  const { queueLength, nowMs } = look;
  const forMs = nowMs - scale.steadySinceMs;
  if (queueLength > scale.workers * limits.jobsPerWorker) {
    const grows = scale.workers < limits.maximum && forMs >= limits.growthGapMs;
    return grows ? { workers: scale.workers + 1, steadySinceMs: nowMs } : scale;
  }
  if (queueLength > 0) return { ...scale, steadySinceMs: nowMs - Math.min(forMs, limits.growthGapMs) };
  const shrinks = scale.workers > limits.minimum && forMs >= limits.quietMs;
  return shrinks ? { workers: scale.workers - 1, steadySinceMs: nowMs } : scale;
}
