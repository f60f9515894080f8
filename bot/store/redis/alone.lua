-- KEYS ready, attempts   ARGV worker, entry, fence
if not holds(KEYS[1], ARGV[2], ARGV[1], ARGV[3]) then return 0 end
-- Without a hold the message was taken back meanwhile.
if redis.call('HEXISTS', KEYS[2], 'hold') == 1 then redis.call('HSET', KEYS[2], 'alone', 1) end
return 1
