-- KEYS: the revocations of the family and of the token, the instants for all, the subject and the client. ARGV[1]: when the family was founded.
-- A replica may not know yet what was revoked.
if string.match(redis.call('INFO', 'replication'), 'role:(%w+)') ~= 'master' then return {0, 'replica', 0} end
if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return {0, 'yes', 0} end
for index = 3, 5 do
  local before = tonumber(redis.call('GET', KEYS[index]) or 0)
  if tonumber(ARGV[1]) < before then return {0, 'yes', 0} end
end
return {0, 'no', 0}
