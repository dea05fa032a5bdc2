-- KEYS: what is known of the server, the instant's name. ARGV from 3: the instant, seconds to remember it.
if tonumber(redis.call('GET', KEYS[2]) or 0) < tonumber(ARGV[3]) then
  redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4])
end
return {clock, 'done', 0}
