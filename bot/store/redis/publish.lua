-- KEYS outbox   ARGV event, seconds that the outbox stays (0: always), length at which it is full (0: never)
if ARGV[3] ~= '0' and redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
say(KEYS[1], ARGV[1], ARGV[2])
return 1
