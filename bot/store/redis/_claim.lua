-- Whether `worker` still holds `entry` with this `fence`; the pending entry is the lock.
local GROUP = 'workers'
local function holds(ready, entry, worker, fence)
  local pending = redis.call('XPENDING', ready, GROUP, entry, entry, 1)
  return pending[1] ~= nil and pending[1][2] == worker and (fence == nil or pending[1][4] == tonumber(fence))
end
-- Puts a conversation at the end of the queue, in place of the entry that stood for it.
local function requeue(ready, entry, conversation)
  redis.call('XACK', ready, GROUP, entry)
  redis.call('XDEL', ready, entry)
  redis.call('XADD', ready, '*', 'conversation', conversation)
end
-- A mailbox item is the message's id, a newline, and the message; one without a newline is nobody's message.
local function split(item)
  local cut = string.find(item, '\n', 1, true) or 0
  return string.sub(item, 1, cut - 1), string.sub(item, cut + 1)
end
-- Stands in a mailbox whose only message was taken back, so that what comes next comes into the same hands.
local GAP = '\n'
-- The item at the head of a mailbox.
local function first(mailbox)
  if redis.call('LINDEX', mailbox, 0) == GAP then redis.call('LPOP', mailbox) end
  return redis.call('LINDEX', mailbox, 0)
end
-- Appends an item to a mailbox in which so many wait.
local function put(ready, mailbox, waiting, item, conversation)
  redis.call('RPUSH', mailbox, item)
  -- A mailbox that holds something already stands in the queue or is being worked on.
  if waiting == 0 then redis.call('XADD', ready, '*', 'conversation', conversation) end
end
-- Takes the head off the mailbox.
local function pop(mailbox, attempts)
  redis.call('LPOP', mailbox)
  redis.call('DEL', attempts)
end
-- {1}: nothing more waits, and the conversation is given back. {1, message}: this is next.
local function following(ready, mailbox, attempts, worker, entry)
  local head = first(mailbox)
  if not head then
    redis.call('XACK', ready, GROUP, entry)
    redis.call('XDEL', ready, entry)
    return {1}
  end
  redis.call('XCLAIM', ready, GROUP, worker, 0, entry, 'JUSTID')
  redis.call('HSET', attempts, 'taken', 1, 'hold', 'handed over')
  local _, message = split(head)
  return {1, message}
end
-- Puts a message that is given up to the dead letters; the id of its letter.
local function bury(deadletters, message, why, oldest, keep)
  local letter = redis.call('XADD', deadletters, 'MAXLEN', '~', 10000, '*', 'message', message, 'error', why)
  redis.call('XTRIM', deadletters, 'MINID', oldest)
  redis.call('EXPIRE', deadletters, keep)
  return letter
end
-- The newest turn of a history that `wanted` is true of, and how many are newer; never all of a long history at once.
local function newest(history, wanted)
  local SOME, newer = 200, 0
  repeat
    local turns = redis.call('LRANGE', history, -newer - SOME, -newer - 1)
    for index = #turns, 1, -1 do
      if wanted(turns[index]) then return turns[index], newer + #turns - index end
    end
    newer = newer + SOME
  until #turns < SOME
end
-- Takes a turn out of a history, and drops a summary that knows of it.
local function forget(history, state, turn)
  local mark = '"id":"' .. turn .. '"'
  local item, newer = newest(history, function(item) return string.find(item, mark, 1, true) end)
  if not item then return end
  redis.call('LREM', history, -1, item)
  local total = redis.call('HINCRBY', state, 'total', -1) + 1
  local through = tonumber(redis.call('HGET', state, 'through') or 0)
  if total - newer <= through then redis.call('HDEL', state, 'summary', 'through') end
end
-- Appends an event to an outbox, which stays for so many seconds (0: always). `number`: of the case that it tells of.
local function say(outbox, event, stays, number)
  if number then
    redis.call('XADD', outbox, '*', 'event', event, 'number', number)
  else
    redis.call('XADD', outbox, '*', 'event', event)
  end
  if stays ~= '0' then redis.call('EXPIRE', outbox, stays) end
end
-- Files an entry of the guard log under its turn and under its member, of whose cases so many are known.
local function file_case(file, member, entry, most)
  redis.call('HSET', file, 'cases', (redis.call('HGET', file, 'cases') or '') .. entry .. ' ')
  redis.call('LPUSH', member, entry)
  redis.call('LTRIM', member, 0, tonumber(most) - 1)
end
