-- KEYS guard log, numbers of cases, file of the case's turn, cases of its member
-- ARGV case, guard log length, seconds kept, how many cases of a member are known
local number = redis.call('INCR', KEYS[2])
local entry = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'case', ARGV[1], 'number', number)
file_case(KEYS[3], KEYS[4], entry, ARGV[4])
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
