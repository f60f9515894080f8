-- KEYS ready, mailbox, attempts, history, state, last, guardlog, deadletters, outbox
-- ARGV worker, entry, fence, message id,
--      turn, turns kept, seconds kept, author, last, summary, summary through, reset, dead letter,
--      guard log length, oldest ms kept, number of cases, cases…, number of events, events…
-- {0}: lost. {1}: done, nothing more waits. {1, message}: done, and this is next.
local ready, mailbox, attempts, history, state, last = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
if not holds(ready, ARGV[2], ARGV[1], ARGV[3]) then return {0} end
local head = redis.call('LINDEX', mailbox, 0)
local id, message
if head then id, message = split(head) end
-- The same commit again (its answer was lost on the way) finds another head, and changes nothing.
if id == ARGV[4] then
  local keep = ARGV[7]
  if ARGV[12] == '1' then redis.call('DEL', history, state) end
  if ARGV[5] ~= '' then
    redis.call('RPUSH', history, ARGV[5])
    redis.call('LTRIM', history, -tonumber(ARGV[6]), -1)
    redis.call('HINCRBY', state, 'total', 1)
    redis.call('EXPIRE', history, keep)
  end
  if ARGV[10] ~= '' then redis.call('HSET', state, 'summary', ARGV[10], 'through', ARGV[11]) end
  redis.call('EXPIRE', state, keep)
  if ARGV[9] ~= '' then
    redis.call('HSET', last, ARGV[8], ARGV[9])
    redis.call('EXPIRE', last, keep)
  end
  if ARGV[13] ~= '' then
    redis.call('XADD', KEYS[8], 'MAXLEN', '~', 10000, '*', 'message', message, 'error', ARGV[13])
    redis.call('XTRIM', KEYS[8], 'MINID', '~', ARGV[15])
    redis.call('EXPIRE', KEYS[8], keep)
  end
  local at = 16
  for index = 1, tonumber(ARGV[at]) do
    redis.call('XADD', KEYS[7], 'MAXLEN', '~', ARGV[14], '*', 'case', ARGV[at + index])
  end
  if ARGV[at] ~= '0' then
    redis.call('XTRIM', KEYS[7], 'MINID', '~', ARGV[15])
    redis.call('EXPIRE', KEYS[7], keep)
  end
  at = at + tonumber(ARGV[at]) + 1
  for index = 1, tonumber(ARGV[at]) do
    redis.call('XADD', KEYS[9], '*', 'event', ARGV[at + index])
  end
  redis.call('LPOP', mailbox)
  redis.call('DEL', attempts)
  head = redis.call('LINDEX', mailbox, 0)
end
if not head then
  redis.call('XACK', ready, GROUP, ARGV[2])
  redis.call('XDEL', ready, ARGV[2])
  return {1}
end
redis.call('XCLAIM', ready, GROUP, ARGV[1], 0, ARGV[2], 'JUSTID')
redis.call('HSET', attempts, 'count', 1, 'taken', 1)
local _, following = split(head)
return {1, following}
