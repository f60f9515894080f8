-- KEYS guard log   ARGV number
-- The entry of the case with that number, or nothing. Numbers grow with the ids of the entries, which begin with their
-- milliseconds: looked for by halves, a log of 100,000 cases takes some thirty steps.
local log, wanted = KEYS[1], tonumber(ARGV[1])
local function number(entry)
  for index = 1, #entry[2], 2 do
    if entry[2][index] == 'number' then return tonumber(entry[2][index + 1]) end
  end
  return 0
end
local function time(entry) return tonumber(string.match(entry[1], '^%d+')) end
local function id(milliseconds) return string.format('%.0f', milliseconds) end

local first, last = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1], redis.call('XREVRANGE', log, '+', '-', 'COUNT', 1)[1]
if not first or number(first) > wanted or number(last) < wanted then return nil end
local low, high = time(first), time(last)
while low < high do
  local middle = math.floor((low + high) / 2)
  local after = redis.call('XRANGE', log, id(middle + 1), '+', 'COUNT', 1)[1]
  if number(after) <= wanted then low = time(after) else high = middle end
end
for _, entry in ipairs(redis.call('XRANGE', log, id(low), id(low))) do
  if number(entry) == wanted then return entry end
end
return nil
