-- KEYS[1]: what is kept. A replica may not know yet what replaced it.
if string.match(redis.call('INFO', 'replication'), 'role:(%w+)') ~= 'master' then return {0, 'replica', 0} end
local known = redis.call('HMGET', KEYS[1], 'text', 'version')
if not known[1] then return {0, 'nothing', 0} end
return {0, 'text ' .. known[1], tonumber(known[2])}
