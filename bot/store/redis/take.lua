-- KEYS ready, mailbox, attempts   ARGV worker, entry
-- {fence, attempts, error, message}, or nothing when the entry is not this worker's or the mailbox is empty
local pending = redis.call('XPENDING', KEYS[1], GROUP, ARGV[2], ARGV[2], 1)
if pending[1] == nil or pending[1][2] ~= ARGV[1] then return nil end
local item = redis.call('LINDEX', KEYS[2], 0)
if not item then
  redis.call('XACK', KEYS[1], GROUP, ARGV[2])
  redis.call('XDEL', KEYS[1], ARGV[2])
  return nil
end
local attempts = redis.call('HINCRBY', KEYS[3], 'count', 1)
local error = redis.call('HGET', KEYS[3], 'error') or ''
local _, message = split(item)
return {pending[1][4], attempts, error, message}
