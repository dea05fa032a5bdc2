-- KEYS: what is known of the server, what is kept. ARGV from 3: the name of this attempt, the version that is replaced (0:
-- none), the text, seconds to keep it.
local known = redis.call('HMGET', KEYS[2], 'version', 'attempt')
local version = tonumber(known[1] or 0)
if known[2] == ARGV[3] then return {clock, 'kept', version} end
if version ~= tonumber(ARGV[4]) then return {clock, 'overtaken', 0} end
redis.call('HSET', KEYS[2], 'version', version + 1, 'text', ARGV[5], 'attempt', ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[6])
return {clock, 'kept', version + 1}
