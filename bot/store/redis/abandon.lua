-- KEYS ready, attempts   ARGV worker, entry, fence, conversation, error
if not holds(KEYS[1], ARGV[2], ARGV[1], ARGV[3]) then return 0 end
if ARGV[5] == '' then
  redis.call('HINCRBY', KEYS[2], 'count', -1)
else
  redis.call('HSET', KEYS[2], 'error', ARGV[5])
end
requeue(KEYS[1], ARGV[2], ARGV[4])
return 1
