-- KEYS mailbox, attempts, history, retractions, seen, deadletters, held (if nobody has edited it)
-- ARGV how an item and how a turn names the message, id of the deletion's own item, item in its place ('': none),
--      conversation, notes kept, seconds that they are kept, seconds to remember an id
-- {'unknown'}; {'waiting'}; {'worked_on', item id}; {'answered', turn}; {'ended', item id}: it had its ending, and is no
-- turn of the history ('': by its own id)
local mailbox, named, item = KEYS[1], ARGV[1], ARGV[4]

local items = redis.call('LRANGE', mailbox, 0, -1)
for index, old in ipairs(items) do
  local id = split(old)
  if id ~= ARGV[3] and string.find(old, named, 1, true) then
    if item ~= '' then
      local new = split(item)
      -- The same again.
      if id == new then return {'waiting'} end
      redis.call('LSET', mailbox, index - 1, item)
      redis.call('SET', KEYS[5], new, 'EX', ARGV[8])
    elseif #items > 1 then
      redis.call('LREM', mailbox, 1, old)
    else
      redis.call('LSET', mailbox, 0, GAP)
    end
    -- Attempts are those of the head; without any, nobody has had it yet.
    if index > 1 or redis.call('DEL', KEYS[2]) == 0 then return {'waiting'} end
    redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[6], '*', 'conversation', ARGV[5], 'message', id)
    redis.call('EXPIRE', KEYS[4], ARGV[7])
    return {'worked_on', id}
  end
end

local now = redis.call('GET', KEYS[5])
if not now then return {'unknown'} end
local answered
newest(KEYS[3], function(kept)
  if not string.find(kept, ARGV[2], 1, true) then return false end
  local readable, turn = pcall(cjson.decode, kept)
  answered = readable and turn.id
  return answered
end)
if answered then return {'answered', answered} end
-- The id that it has now, and where it lies among the dead letters.
local id, letter = string.match(now, '^([^\n]*)\n?(.*)$')
if item == '' then
  if letter ~= '' then redis.call('XDEL', KEYS[6], letter) end
  redis.call('DEL', KEYS[7])
end
return {'ended', id}
