-- KEYS ready, mailbox, attempts, deadletters
-- ARGV worker, entry, fence, message, error, oldest ms kept, seconds kept
-- Gives up the message at the head of a mailbox, whatever it is. Answers as a commit does.
if not holds(KEYS[1], ARGV[2], ARGV[1], ARGV[3]) then return {0} end
local head = redis.call('LINDEX', KEYS[2], 0)
local _, message
if head then _, message = split(head) end
-- The same again (its answer was lost on the way) finds another head.
if message == ARGV[4] then
  bury(KEYS[4], message, ARGV[5], ARGV[6], ARGV[7])
  pop(KEYS[2], KEYS[3])
end
return following(KEYS[1], KEYS[2], KEYS[3], ARGV[1], ARGV[2])
