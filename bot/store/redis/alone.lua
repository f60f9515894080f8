-- KEYS ready, attempts   ARGV worker, entry, fence
if not holds(KEYS[1], ARGV[2], ARGV[1], ARGV[3]) then return 0 end
redis.call('HSET', KEYS[2], 'alone', 1)
return 1
