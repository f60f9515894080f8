-- KEYS deadletters, mailbox, ready, seen   ARGV entry, item, conversation, mailbox limit, seconds to remember
-- 1: back in its mailbox, 0: it was before, -1: the mailbox is full
local waiting = redis.call('LLEN', KEYS[2])
if waiting >= tonumber(ARGV[4]) then return -1 end
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
-- So that whoever takes the message back is told of the turn that it gets now.
local id = split(ARGV[2])
redis.call('SET', KEYS[4], id, 'EX', ARGV[5])
put(KEYS[3], KEYS[2], waiting, ARGV[2], ARGV[3])
return 1
