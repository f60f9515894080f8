-- KEYS cases of a member, guard log   ARGV how many
-- The newest entries of the guard log that are about the member, newest first.
local found = {}
for _, entry in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  if #found == tonumber(ARGV[1]) then break end
  local there = redis.call('XRANGE', KEYS[2], entry, entry)
  if there[1] then found[#found + 1] = there[1] end
end
return found
