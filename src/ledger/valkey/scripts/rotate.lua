-- KEYS: what is known of the server, the family, its revocation, and the instants for all, the subject and the client.
-- ARGV from 3: the name of this attempt, the generation, the grace in seconds, when the family was founded, the same as
-- far as a fence voids it, seconds to remember the family.
local known = redis.call('HMGET', KEYS[2], 'newest', 'until', 'attempt', 'outcome')
if known[3] == ARGV[3] then return {clock, known[4], 0} end
local founded_at = tonumber(ARGV[6])
if redis.call('EXISTS', KEYS[3]) == 1 then return {clock, 'revoked', 0} end
for index = 4, 6 do
  local before = tonumber(redis.call('GET', KEYS[index]) or 0)
  if founded_at < before then return {clock, 'revoked', 0} end
end
if tonumber(ARGV[7]) <= fence then return {clock, 'unknown', 0} end
if not known[1] then return {clock, 'unknown', 0} end

local generation, newest = tonumber(ARGV[4]), tonumber(known[1])
local outcome
if generation == newest and generation < 4294967295 then
  outcome = 'rotated'
  redis.call('HSET', KEYS[2], 'newest', newest + 1, 'until', now + tonumber(ARGV[5]))
elseif generation + 1 == newest and now < tonumber(known[2]) then
  outcome = 'sibling'
else
  redis.call('SET', KEYS[3], 1, 'EX', ARGV[8])
  -- A newer token than the record knows proves that the record is old.
  if generation > newest then outcome = 'unknown'
  elseif generation == newest then outcome = 'revoked'
  else outcome = 'reused' end
end
redis.call('HSET', KEYS[2], 'attempt', ARGV[3], 'outcome', outcome)
keep(KEYS[2], tonumber(ARGV[8]))
return {clock, outcome, 0}
