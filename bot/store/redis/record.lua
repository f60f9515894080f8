-- KEYS guard log, numbers of cases, file of the case's turn   ARGV case, guard log length, seconds kept
local number = redis.call('INCR', KEYS[2])
local entry = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'case', ARGV[1], 'number', number)
redis.call('HSET', KEYS[3], 'cases', (redis.call('HGET', KEYS[3], 'cases') or '') .. entry .. ' ')
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
