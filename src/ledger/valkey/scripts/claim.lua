-- KEYS: what is known of the server, what is claimed, and the family it founds if it is a code. ARGV from 3: the name of
-- this attempt, seconds to remember the claim, when a code was issued at the latest that a fence voids, seconds to
-- remember the family.
local claimed = redis.call('GET', KEYS[2])
if claimed then
  local first_at, attempt = string.match(claimed, '(%d+) (%w+)')
  if attempt == ARGV[3] then return {clock, 'first', 0} end
  return {clock, 'repeated', tonumber(first_at)}
end
if tonumber(ARGV[5]) <= fence then return {clock, 'beyond', fence} end
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. ARGV[3], 'EX', ARGV[4])
if KEYS[3] and redis.call('EXISTS', KEYS[3]) == 0 then
  redis.call('HSET', KEYS[3], 'newest', 0, 'until', 0)
  redis.call('EXPIRE', KEYS[3], ARGV[6])
end
return {clock, 'first', 0}
