-- KEYS documents, passages of this one, known
-- ARGV name, turn, number of passages, head, passages, most passages of the community
-- {0, how many there would be}: too many, nothing was changed. {1, version, revision}: kept.
-- A document stands as "version revision passages turn\nhead"; the numbers are the store's.
local before, version = 0, 0
local there = redis.call('HGET', KEYS[1], ARGV[1])
if there then
  local was, since, count, turn = string.match(there, '^(%d+) (%d+) (%d+) ([^\n]*)\n')
  -- The same turn again, whose worker did not live to tell.
  if turn == ARGV[2] and turn ~= '' then return {1, tonumber(was), tonumber(since)} end
  before, version = tonumber(count), tonumber(was)
end
local total = tonumber(redis.call('HGET', KEYS[3], 'passages') or 0) - before + tonumber(ARGV[3])
if total > tonumber(ARGV[6]) then return {0, total} end
local revision = redis.call('HINCRBY', KEYS[3], 'revision', 1)
redis.call('HSET', KEYS[3], 'passages', total)
redis.call('SET', KEYS[2], ARGV[5])
local numbers = string.format('%d %d %d %s\n', version + 1, revision, ARGV[3], ARGV[2])
redis.call('HSET', KEYS[1], ARGV[1], numbers .. ARGV[4])
return {1, version + 1, revision}
