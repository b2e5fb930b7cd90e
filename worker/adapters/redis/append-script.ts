/**
 * Adds events to the stream of a job and tells whoever listens, in the name of a lease: nothing once a later lease has added,
 * and nothing after the `end` of this one, whichever workers believe that they hold the job. The token stands in each entry.
 *
 * KEYS[1] stream. ARGV: channel, kept events, seconds to keep them, token, then type and body of each event.
 * Returns the number of events added.
 */
export const appendScript = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if last[1] then
  local newest = tonumber(last[1][2][6] or '0')
  local token = tonumber(ARGV[4])
  if newest > token or (newest == token and last[1][2][2] == 'end') then return 0 end
end
local added = 0
for i = 5, #ARGV, 2 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'type', ARGV[i], 'body', ARGV[i + 1], 'token', ARGV[4])
  redis.call('PUBLISH', ARGV[1], ARGV[i + 1])
  added = added + 1
  if ARGV[i] == 'end' then break end
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return added
`;
