-- KEYS seen, mailbox, ready   ARGV item, conversation, seconds to remember, mailbox limit
-- 1: stored, 0: seen before, -1: full
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local waiting = redis.call('LLEN', KEYS[2])
if waiting >= tonumber(ARGV[4]) then return -1 end
redis.call('SET', KEYS[1], '', 'EX', ARGV[3])
redis.call('RPUSH', KEYS[2], ARGV[1])
-- A mailbox that holds something already stands in the queue or is being worked on.
if waiting == 0 then redis.call('XADD', KEYS[3], '*', 'conversation', ARGV[2]) end
return 1
