-- KEYS state, history, policy, last   ARGV turns, channel
local state = redis.call('HMGET', KEYS[1], 'total', 'summary', 'through')
local policy = redis.call('HMGET', KEYS[3], '', ARGV[2])
return {
  state[1] or '', state[2] or '', state[3] or '',
  redis.call('LRANGE', KEYS[2], -tonumber(ARGV[1]), -1),
  policy[1] or '', policy[2] or '',
  redis.call('GET', KEYS[4]) or '',
}
