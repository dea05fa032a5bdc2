-- KEYS: what is known of the server, the family, its revocation, the instants for all, the subject and the client,
-- and what is kept for the family.
-- ARGV from 3: the name of this attempt, the generation, the grace in seconds, when the family was founded, the same as
-- far as a fence voids it, seconds to remember the family, and 1 if the token is used, 0 if that is only asked ahead.
local is_used = ARGV[9] == '1'
local known = redis.call('HMGET', KEYS[2], 'newest', 'until', 'attempt', 'outcome')
if known[3] == ARGV[3] then return {clock, known[4], 0} end
if redis.call('EXISTS', KEYS[3]) == 1 then return {clock, 'revoked', 0} end
for index = 4, 6 do
  local before = tonumber(redis.call('GET', KEYS[index]) or 0)
  if tonumber(ARGV[6]) < before then return {clock, 'revoked', 0} end
end
if tonumber(ARGV[7]) <= fence or not known[1] then return {clock, 'unknown', 0} end

local generation, newest = tonumber(ARGV[4]), tonumber(known[1])
local outcome = 'reused'
if generation == newest then
  outcome = generation < 4294967295 and 'rotated' or 'revoked'
elseif generation > newest then
  -- A newer token than the record knows proves that the record is old.
  outcome = 'unknown'
elseif generation + 1 == newest and now < tonumber(known[2]) then
  outcome = 'sibling'
end
if not is_used then return {clock, outcome, 0} end

if outcome == 'rotated' then
  redis.call('HSET', KEYS[2], 'newest', newest + 1, 'until', now + tonumber(ARGV[5]))
elseif outcome ~= 'sibling' then
  redis.call('SET', KEYS[3], 1, 'EX', ARGV[8])
  redis.call('DEL', KEYS[7])
end
redis.call('HSET', KEYS[2], 'attempt', ARGV[3], 'outcome', outcome)
keep(KEYS[2], tonumber(ARGV[8]))
return {clock, outcome, 0}
