-- KEYS ready, mailbox, attempts, history, state, last, guardlog, deadletters, an outbox for each event…
-- ARGV worker, entry, fence, message id,
--      turn, turns kept, seconds kept, last, summary, summary through, reset, dead letter,
--      guard log length, oldest ms kept, number of cases, cases…, number of events, (event, seconds its outbox stays)…
-- {0}: lost. {1}: done, nothing more waits. {1, message}: done, and this is next.
local ready, mailbox, attempts, history, state, last = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
if not holds(ready, ARGV[2], ARGV[1], ARGV[3]) then return {0} end
local head = redis.call('LINDEX', mailbox, 0)
local id, message
if head then id, message = split(head) end
-- The same commit again (its answer was lost on the way) finds another head, and changes nothing.
if id == ARGV[4] then
  local keep, oldest = ARGV[7], ARGV[14]
  if ARGV[11] == '1' then redis.call('DEL', history, state) end
  if ARGV[5] ~= '' then
    redis.call('RPUSH', history, ARGV[5])
    redis.call('LTRIM', history, -tonumber(ARGV[6]), -1)
    redis.call('HINCRBY', state, 'total', 1)
    redis.call('EXPIRE', history, keep)
    redis.call('EXPIRE', state, keep)
    -- Turns past their time: more than come in, so that none is left, but never a long list at once.
    for _ = 1, 8 do
      local first = redis.call('LINDEX', history, 0)
      if not first then break end
      local readable, turn = pcall(cjson.decode, first)
      if readable and (turn.at or 0) * 1000 >= tonumber(oldest) then break end
      redis.call('LPOP', history)
    end
  end
  if ARGV[9] ~= '' then
    redis.call('HSET', state, 'summary', ARGV[9], 'through', ARGV[10])
    redis.call('EXPIRE', state, keep)
  end
  if ARGV[8] ~= '' then redis.call('SET', last, ARGV[8], 'EX', keep) end
  if ARGV[12] ~= '' then bury(KEYS[8], message, ARGV[12], oldest, keep) end
  local at = 15
  for index = 1, tonumber(ARGV[at]) do
    redis.call('XADD', KEYS[7], 'MAXLEN', '~', ARGV[13], '*', 'case', ARGV[at + index])
  end
  if ARGV[at] ~= '0' then
    redis.call('XTRIM', KEYS[7], 'MINID', oldest)
    redis.call('EXPIRE', KEYS[7], keep)
  end
  at = at + tonumber(ARGV[at]) + 1
  for index = 1, tonumber(ARGV[at]) do
    say(KEYS[8 + index], ARGV[at + 2 * index - 1], ARGV[at + 2 * index])
  end
  pop(mailbox, attempts)
end
return following(ready, mailbox, attempts, ARGV[1], ARGV[2])
