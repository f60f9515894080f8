-- KEYS seen, mailbox, ready   ARGV item, conversation, seconds to remember, mailbox limit (0: none)
-- 1: stored, 0: seen before, -1: full
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local waiting = redis.call('LLEN', KEYS[2])
if ARGV[4] ~= '0' and waiting >= tonumber(ARGV[4]) then return -1 end
redis.call('SET', KEYS[1], '', 'EX', ARGV[3])
put(KEYS[3], KEYS[2], waiting, ARGV[1], ARGV[2])
return 1
