-- KEYS guard log
-- ARGV newest, how many are looked at, how many are returned at most, how many words stand as they are, these,
--      then words in lower case
-- {the last one that was looked at ('': there are no more), those whose record has all of the words}
local entries = redis.call('XREVRANGE', KEYS[1], ARGV[1], '-', 'COUNT', ARGV[2])
local most, exact, found = tonumber(ARGV[3]), 4 + tonumber(ARGV[4]), {}
local function has(record, first, last)
  for word = first, last do
    if not string.find(record, ARGV[word], 1, true) then return false end
  end
  return true
end
for _, entry in ipairs(entries) do
  local record = entry[2][2]
  -- To make a record's letters small takes longer than all the rest.
  if has(record, 5, exact) and (exact == #ARGV or has(string.lower(record), exact + 1, #ARGV)) then
    found[#found + 1] = entry
    if #found == most then return {entry[1], found} end
  end
end
if #entries < tonumber(ARGV[2]) then return {'', found} end
return {entries[#entries][1], found}
