-- KEYS: what is known of the server, the family's revocation, what is kept for it. ARGV[3]: seconds to remember it.
redis.call('DEL', KEYS[3])
redis.call('SET', KEYS[2], 1, 'KEEPTTL')
keep(KEYS[2], tonumber(ARGV[3]))
return {clock, 'done', 0}
