-- KEYS documents, passages of this one, known   ARGV name
-- What stood there, or nothing.
local there = redis.call('HGET', KEYS[1], ARGV[1])
if not there then return false end
local count = string.match(there, '^%d+ %d+ (%d+) ')
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
redis.call('HINCRBY', KEYS[3], 'passages', -tonumber(count))
redis.call('HINCRBY', KEYS[3], 'revision', 1)
return there
