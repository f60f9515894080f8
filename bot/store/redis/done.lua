-- KEYS outbox   ARGV ids
for _, id in ipairs(ARGV) do
  redis.call('XACK', KEYS[1], 'gateway', id)
  redis.call('XDEL', KEYS[1], id)
end
