-- KEYS file, guardlog, held
-- {entries of the guard log, reviews in their order, the held message or ''}
local entries, reviews = {}, {}
for entry in string.gmatch(redis.call('HGET', KEYS[1], 'cases') or '', '%S+') do
  local found = redis.call('XRANGE', KEYS[2], entry, entry)
  if found[1] then entries[#entries + 1] = found[1] end
end
for index = 1, tonumber(redis.call('HGET', KEYS[1], 'reviews') or 0) do
  reviews[index] = redis.call('HGET', KEYS[1], 'review ' .. (index - 1))
end
return {entries, reviews, redis.call('GET', KEYS[3]) or ''}
