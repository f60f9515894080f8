-- KEYS ready, mailbox, attempts   ARGV worker, entry
-- {fence, attempts, taken, error, vanished, message}, or nothing when the entry is not this worker's or the mailbox is
-- empty
local attempts = KEYS[3]
local pending = redis.call('XPENDING', KEYS[1], GROUP, ARGV[2], ARGV[2], 1)
if pending[1] == nil or pending[1][2] ~= ARGV[1] then return nil end
local item = first(KEYS[2])
if not item then
  redis.call('XACK', KEYS[1], GROUP, ARGV[2])
  redis.call('XDEL', KEYS[1], ARGV[2])
  return nil
end
-- Asked again because the answer was lost on the way: still the same attempt.
local hold = ARGV[2] .. '/' .. pending[1][4]
local before = redis.call('HGET', attempts, 'hold')
if before ~= hold then
  -- Who had it before neither gave it back nor finished it. Alone with it, it was this message's doing.
  if before and redis.call('HDEL', attempts, 'alone') == 1 then
    redis.call('HINCRBY', attempts, 'failed', 1)
    redis.call('HDEL', attempts, 'error')
  elseif before then
    redis.call('HINCRBY', attempts, 'vanished', 1)
  end
  redis.call('HINCRBY', attempts, 'taken', 1)
  redis.call('HSET', attempts, 'hold', hold)
end
local kept = redis.call('HMGET', attempts, 'failed', 'taken', 'error', 'vanished')
local _, message = split(item)
return {pending[1][4], tonumber(kept[1] or 0) + 1, tonumber(kept[2]), kept[3] or '', tonumber(kept[4] or 0), message}
