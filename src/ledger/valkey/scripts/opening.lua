-- Stands before every script that writes. KEYS[1]: what is known of the server. ARGV[1]: now, in seconds. ARGV[2]: the
-- instant on the server's clock, in milliseconds, after which nobody waits for the answer any more; 0 if unknown.
local now = tonumber(ARGV[1])
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local deadline = tonumber(ARGV[2])
if deadline > 0 and clock > deadline then return {clock, 'late', 0} end

local about = redis.call('INFO', 'server') .. redis.call('INFO', 'replication')
if string.match(about, 'role:(%w+)') ~= 'master' then return {clock, 'replica', 0} end
local process = string.match(about, 'run_id:(%w+)')
local history = string.match(about, 'master_replid:(%w+)')
local before = string.match(about, 'master_replid2:(%w+)')
if not (process and history and before) then return {clock, 'silent', 0} end

-- Another process, or one that was promoted, may lack what was written last; one that was emptied lacks everything.
-- A first replica also begins a new history, but then there is none before it.
local known = redis.call('HMGET', KEYS[1], 'process', 'history', 'fence')
local fence = tonumber(known[3])
local is_promoted = known[2] ~= history and string.find(before, '[^0]')
if not fence or known[1] ~= process or is_promoted then
  fence = math.max(fence or 0, now)
  redis.call('HSET', KEYS[1], 'process', process, 'history', history, 'fence', fence)
elseif known[2] ~= history then
  redis.call('HSET', KEYS[1], 'history', history)
end

local function keep(key, seconds)
  if redis.call('PTTL', key) < seconds * 1000 then redis.call('EXPIRE', key, seconds) end
end
