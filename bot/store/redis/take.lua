-- KEYS ready, mailbox, attempts   ARGV worker, entry
-- {fence, attempts, taken, error, message}, or nothing when the entry is not this worker's or the mailbox is empty
local pending = redis.call('XPENDING', KEYS[1], GROUP, ARGV[2], ARGV[2], 1)
if pending[1] == nil or pending[1][2] ~= ARGV[1] then return nil end
local item = redis.call('LINDEX', KEYS[2], 0)
if not item then
  redis.call('XACK', KEYS[1], GROUP, ARGV[2])
  redis.call('XDEL', KEYS[1], ARGV[2])
  return nil
end
-- Asked again because the answer was lost on the way: still the same attempt.
local hold = ARGV[2] .. '/' .. pending[1][4]
if redis.call('HGET', KEYS[3], 'hold') ~= hold then
  redis.call('HINCRBY', KEYS[3], 'count', 1)
  redis.call('HINCRBY', KEYS[3], 'taken', 1)
  redis.call('HSET', KEYS[3], 'hold', hold)
end
local kept = redis.call('HMGET', KEYS[3], 'count', 'taken', 'error')
local _, message = split(item)
return {pending[1][4], tonumber(kept[1]), tonumber(kept[2]), kept[3] or '', message}
