-- KEYS ready   ARGV worker
local returned = 0
while true do
  local pending = redis.call('XPENDING', KEYS[1], GROUP, '-', '+', 100, ARGV[1])
  if #pending == 0 then break end
  for _, item in ipairs(pending) do
    local entries = redis.call('XRANGE', KEYS[1], item[1], item[1])
    if entries[1] then
      requeue(KEYS[1], item[1], entries[1][2][2])
    else
      redis.call('XACK', KEYS[1], GROUP, item[1])
    end
    returned = returned + 1
  end
end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], GROUP, ARGV[1])
return returned
