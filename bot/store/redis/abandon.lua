-- KEYS ready, attempts   ARGV worker, entry, fence, conversation, error
if not holds(KEYS[1], ARGV[2], ARGV[1], ARGV[3]) then return 0 end
-- Without a hold the message was taken back meanwhile, and the next one has not failed.
if ARGV[5] ~= '' and redis.call('HEXISTS', KEYS[2], 'hold') == 1 then
  redis.call('HINCRBY', KEYS[2], 'failed', 1)
  redis.call('HSET', KEYS[2], 'error', ARGV[5])
end
-- It has been heard of.
redis.call('HDEL', KEYS[2], 'hold', 'alone')
requeue(KEYS[1], ARGV[2], ARGV[4])
return 1
