/**
 * Adds events to the stream of a job and tells whoever listens, in the name of a lease: nothing once a later lease has added,
 * and nothing after the `end` of this one, whichever workers believe that they hold the job. The token stands in each entry.
 *
 * The stream is bounded by number and by bytes, the oldest events going first: each entry has the bytes of all that came to the
 * stream so far, so that the first and the last tell what is between them.
 *
 * KEYS[1] stream. ARGV: channel, kept events, kept bytes, seconds to keep them, token, then type and body of each event.
 * Returns the number of events added.
 */
export const appendScript = `
local total = 0
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if last[1] then
  total = tonumber(last[1][2][8] or '0')
  local newest = tonumber(last[1][2][6] or '0')
  local token = tonumber(ARGV[5])
  if newest > token or (newest == token and last[1][2][2] == 'end') then return 0 end
end
local added = 0
for i = 6, #ARGV, 2 do
  total = total + #ARGV[i + 1]
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*',
    'type', ARGV[i], 'body', ARGV[i + 1], 'token', ARGV[5], 'total', string.format('%.0f', total))
  redis.call('PUBLISH', ARGV[1], ARGV[i + 1])
  added = added + 1
  if ARGV[i] == 'end' then break end
end
local most = tonumber(ARGV[3])
while true do
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 2)
  if not first[2] or total - tonumber(first[1][2][8] or '0') + #first[1][2][4] <= most then break end
  redis.call('XDEL', KEYS[1], first[1][1])
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return added
`;
