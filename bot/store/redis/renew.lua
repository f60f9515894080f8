-- KEYS ready   ARGV worker, entry, fence
if not holds(KEYS[1], ARGV[2], ARGV[1], ARGV[3]) then return 0 end
redis.call('XCLAIM', KEYS[1], GROUP, ARGV[1], 0, ARGV[2], 'JUSTID')
return 1
