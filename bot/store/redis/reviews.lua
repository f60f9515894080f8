-- KEYS a file for each case
-- The reviews of each, in their order.
local found = {}
for place, file in ipairs(KEYS) do
  found[place] = {}
  for index = 1, tonumber(redis.call('HGET', file, 'reviews') or 0) do
    found[place][index] = redis.call('HGET', file, 'review ' .. (index - 1))
  end
end
return found
