-- KEYS[1]: something to write. Tells the server's clock, or why it must not be relied on.
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
if string.match(redis.call('INFO', 'replication'), 'role:(%w+)') ~= 'master' then return {clock, 'replica', 0} end
local release = tonumber(string.match(redis.call('INFO', 'server'), 'redis_version:(%d+)') or 0)
if release < 7 then return {clock, 'old', 0} end
local memory = redis.call('INFO', 'memory')
local bound = string.match(memory, 'maxmemory:(%d+)')
if bound ~= '0' and string.match(memory, 'maxmemory_policy:(%w+)') ~= 'noeviction' then
  return {clock, 'evicting', 0}
end
redis.call('SET', KEYS[1], 1, 'EX', 60)
return {clock, 'done', 0}
