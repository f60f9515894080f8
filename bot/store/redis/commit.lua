-- KEYS ready, mailbox, attempts, history, state, last, guardlog, deadletters, policy, numbers of cases, held,
--      seen (by the id that its author knows), lessons, attacks, false alarms, (file, cases of its member) for each case,
--      an outbox for each event, a file for each review, (mailbox, seen, held) for each released message,
--      and last what the day's turns took, in this order
-- ARGV worker, entry, fence, message id,
--      turn, turns kept, seconds kept, last, summary, summary through, reset, dead letter,
--      guard log length, oldest ms kept, seconds that a message is held (0: it is not),
--      policy layer as it was, and as it shall be ('': unchanged), secret of the signatures ('': none),
--      how many lessons of a kind are kept, how many cases of a member are known,
--      for dead letters, which are nobody's own: oldest ms kept, seconds kept,
--      the channel whose own layer the policy is ('': the community's),
--      then lists, each with its number of items in front: turns to forget; cases;
--      events (event, seconds its outbox stays, 1 if it gets the number of the first case);
--      reviews (review, how many there were before it);
--      released messages (item, conversation, seconds to remember its id);
--      lessons (kind, lesson); lessons to forget (kind, lesson); what the turn took (name, number)
-- {0}: lost. {1}: done, nothing more waits. {1, message}: done, and this is next. {2}: stale, nothing was changed.
local ready, mailbox, attempts, history, state, last = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6]
if not holds(ready, ARGV[2], ARGV[1], ARGV[3]) then return {0} end
local head = redis.call('LINDEX', mailbox, 0)
local id, message
if head then id, message = split(head) end
-- The same commit again (its answer was lost on the way) finds another head, and changes nothing.
if id ~= ARGV[4] then return following(ready, mailbox, attempts, ARGV[1], ARGV[2]) end

local keep, oldest = ARGV[7], ARGV[14]
local at = 23
local function list(width)
  local items = {}
  local count = tonumber(ARGV[at + 1])
  at = at + 1
  for index = 1, count do
    local item = {}
    for part = 1, width do item[part] = ARGV[at + part] end
    items[index] = item
    at = at + width
  end
  return items
end
local forgotten, cases, events, reviews, released = list(1), list(1), list(3), list(2), list(3)
local taught, untaught, took = list(2), list(2), list(2)
local files, outboxes = 15, 15 + 2 * #cases
local reviewed, releases = outboxes + #events, outboxes + #events + #reviews

for index, review in ipairs(reviews) do
  local there = redis.call('HGET', KEYS[reviewed + index], 'reviews') or '0'
  if there ~= review[2] then return {2} end
end
for index in ipairs(released) do
  -- Its author has taken it back, or it is no longer kept.
  if redis.call('EXISTS', KEYS[releases + 3 * index]) == 0 then return {2} end
end
local secret = redis.call('HGET', KEYS[13], 'secret')
if ARGV[18] ~= '' and secret and secret ~= ARGV[18] then return {2} end
if ARGV[17] ~= '' then
  if (redis.call('HGET', KEYS[9], ARGV[23]) or '') ~= ARGV[16] then return {2} end
  redis.call('HSET', KEYS[9], ARGV[23], ARGV[17])
end

if ARGV[11] == '1' then redis.call('DEL', history, state) end
for _, item in ipairs(forgotten) do forget(history, state, item[1]) end
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
if ARGV[12] ~= '' then
  local letter = bury(KEYS[8], message, ARGV[12], ARGV[21], ARGV[22])
  redis.call('SET', KEYS[12], id .. '\n' .. letter, 'XX', 'KEEPTTL')
end
if ARGV[15] ~= '0' then redis.call('SET', KEYS[11], message, 'EX', ARGV[15]) end

local number = 0
for index, item in ipairs(cases) do
  local given = redis.call('INCR', KEYS[10])
  if number == 0 then number = given end
  local entry = redis.call('XADD', KEYS[7], 'MAXLEN', '~', ARGV[13], '*', 'case', item[1], 'number', given)
  local file, member = KEYS[files + 2 * index - 1], KEYS[files + 2 * index]
  file_case(file, member, entry, ARGV[20])
  redis.call('EXPIRE', file, keep)
  redis.call('EXPIRE', member, keep)
end
if #cases > 0 then
  redis.call('XTRIM', KEYS[7], 'MINID', oldest)
  redis.call('EXPIRE', KEYS[7], keep)
  redis.call('EXPIRE', KEYS[10], keep)
end
for index, review in ipairs(reviews) do
  local file = KEYS[reviewed + index]
  redis.call('HSET', file, 'review ' .. review[2], review[1])
  redis.call('HINCRBY', file, 'reviews', 1)
  -- Its cases may have gone since they were read.
  redis.call('EXPIRE', file, keep, 'NX')
end
if ARGV[18] ~= '' then redis.call('HSET', KEYS[13], 'secret', ARGV[18]) end
local known = {attack = KEYS[14], false_alarm = KEYS[15]}
for _, lesson in ipairs(taught) do
  local key = known[lesson[1]]
  -- A lesson of no case is one of the first new case.
  local told = string.gsub(lesson[2], '"case":0,', '"case":' .. number .. ',', 1)
  redis.call('ZADD', key, redis.call('HINCRBY', KEYS[13], 'version', 1), told)
  redis.call('ZREMRANGEBYRANK', key, 0, -tonumber(ARGV[19]) - 1)
end
for _, lesson in ipairs(untaught) do
  redis.call('ZREM', known[lesson[1]], lesson[2])
  redis.call('HINCRBY', KEYS[13], 'version', 1)
end
if ARGV[18] ~= '' or #taught + #untaught > 0 then
  -- Until something is taught the secret is kept as long as the cases that it signed.
  if redis.call('ZCARD', KEYS[14]) + redis.call('ZCARD', KEYS[15]) > 0 then redis.call('PERSIST', KEYS[13])
  else redis.call('EXPIRE', KEYS[13], keep) end
end
for index, item in ipairs(released) do
  local box, seen, held = KEYS[releases + 3 * index - 2], KEYS[releases + 3 * index - 1], KEYS[releases + 3 * index]
  if redis.call('EXISTS', seen) == 0 then
    redis.call('SET', seen, '', 'EX', item[3])
    put(ready, box, redis.call('LLEN', box), item[1], item[2])
  end
  redis.call('DEL', held)
end
for index, event in ipairs(events) do
  say(KEYS[outboxes + index], event[1], event[2], event[3] == '1' and number or nil)
end
for _, item in ipairs(took) do redis.call('HINCRBY', KEYS[#KEYS], item[1], item[2]) end
if #took > 0 then redis.call('EXPIRE', KEYS[#KEYS], 31 * 24 * 3600) end
pop(mailbox, attempts)
return following(ready, mailbox, attempts, ARGV[1], ARGV[2])
