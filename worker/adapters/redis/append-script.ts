/**
 * Adds events to the stream of a job and tells whoever listens, unless the stream has ended: exactly one `end`, and nothing
 * after it, whichever workers believe that they hold the job.
 *
 * KEYS[1] stream. ARGV: channel, kept events, seconds to keep them, then type and body of each event.
 * Returns the number of events added.
 */
export const appendScript = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if last[1] and last[1][2][2] == 'end' then return 0 end
local added = 0
for i = 4, #ARGV, 2 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'type', ARGV[i], 'body', ARGV[i + 1])
  redis.call('PUBLISH', ARGV[1], ARGV[i + 1])
  added = added + 1
  if ARGV[i] == 'end' then break end
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return added
`;
