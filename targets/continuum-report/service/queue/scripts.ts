/** The steps of a job that need more than one command, as Lua scripts: Redis carries out each of them wholly or not at all. */

/** KEYS queued-documents, document-queue · ARGV document id, job. 1 when queued now, 0 when it was queued already. */
export const offerScript = `
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('LPUSH', KEYS[2], ARGV[2])
return 1`;

/**
 * KEYS processing, document-queue. First what is on the worker's list already: the answer to an earlier take may have been lost on its way
 * after Redis had moved the job. Then the next one of the queue, if there is one.
 */
export const takeScript = `
return redis.call('LINDEX', KEYS[1], -1) or redis.call('LMOVE', KEYS[2], KEYS[1], 'RIGHT', 'LEFT')`;

/**
 * KEYS processing, document-queue, queued-documents, job-events · ARGV job, document id, event. Does nothing when this worker no longer holds the job.
 * Takes the next one in the same step: a slow link to Redis then costs one round trip per document.
 */
export const finishScript = `
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 1 then
  redis.call('SREM', KEYS[3], ARGV[2])
  redis.call('PUBLISH', KEYS[4], ARGV[3])
end
${takeScript}`;

/** KEYS processing, queued-documents, job-events, dead-letter-queue · ARGV job, document id, event, letter. */
export const buryScript = `
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[4], ARGV[4])
redis.call('SREM', KEYS[2], ARGV[2])
redis.call('PUBLISH', KEYS[3], ARGV[3])
return 1`;

/** KEYS processing, retry-queue · ARGV job, job as it is to come back, delay in milliseconds. */
export const postponeScript = `
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
local now = redis.call('TIME')
local due = now[1] * 1000 + math.floor(now[2] / 1000) + tonumber(ARGV[3])
redis.call('ZADD', KEYS[2], due, ARGV[2])
return 1`;

/** KEYS processing, document-queue · ARGV job. Back to the front: it has waited its turn already. */
export const releaseScript = `
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[1])
return 1`;

/** KEYS retry-queue, document-queue · ARGV limit. How many retries were due and are now in front of the queue. */
export const promoteScript = `
local now = redis.call('TIME')
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now[1] * 1000 + math.floor(now[2] / 1000), 'LIMIT', 0, ARGV[1])
for _, job in ipairs(due) do
  redis.call('ZREM', KEYS[1], job)
  redis.call('RPUSH', KEYS[2], job)
end
return #due`;

/** KEYS processing, document-queue. How many jobs of a dead worker are now in front of the queue. */
export const recoverScript = `
local moved = 0
while redis.call('LMOVE', KEYS[1], KEYS[2], 'LEFT', 'RIGHT') do moved = moved + 1 end
return moved`;
