-- KEYS state, history, policy, last, lessons, attacks, false alarms, known   ARGV turns, channel, the lessons known there
-- The lessons (a secret, and how often they have changed) come with all there are only when others are known.
local state = redis.call('HMGET', KEYS[1], 'total', 'summary', 'through')
local policy = redis.call('HMGET', KEYS[3], '', ARGV[2])
local lessons = redis.call('HMGET', KEYS[5], 'secret', 'version')
local secret, version = lessons[1] or '', lessons[2] or '0'
local taught = {}
if secret .. version ~= ARGV[3] then
  taught = {
    redis.call('ZRANGE', KEYS[6], 0, -1, 'WITHSCORES'),
    redis.call('ZRANGE', KEYS[7], 0, -1, 'WITHSCORES'),
  }
end
return {
  state[1] or '', state[2] or '', state[3] or '',
  redis.call('LRANGE', KEYS[2], -tonumber(ARGV[1]), -1),
  policy[1] or '', policy[2] or '',
  redis.call('GET', KEYS[4]) or '',
  redis.call('HGET', KEYS[8], 'revision') or '',
  secret, version, taught,
}
