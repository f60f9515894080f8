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
-- A mailbox item is the message's id, a newline, and the message.
local function split(item)
  local cut = string.find(item, '\n', 1, true)
  return string.sub(item, 1, cut - 1), string.sub(item, cut + 1)
end
