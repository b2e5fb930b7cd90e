/** Nobody is waited for longer, in milliseconds: a week. */
const LONGEST_MS = 7 * 24 * 3_600_000;

/** When a server asks to be tried again (RFC 9110, section 10.2.3: seconds, or a date), in milliseconds from `now`. */
export function retryAfterOf(headers: Headers, now: Date): number | undefined {
  // The first is what OpenAI adds for waits below a second.
  const given = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (given >= 0) return bounded(given);
  const text = headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? undefined : bounded(ms);
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The same in the words of an error, of servers that say it nowhere else: "Please try again in 1m12.5s", "retry in 34s". */
export function waitIn(words: string): number | undefined {
  const [, said = ''] =
    /\bretry in ((?:\d+(?:\.\d+)?(?:ms|s|m|h))+)/i.exec(words) ?? TRY_AGAIN.exec(words) ?? [];
  const parts = [...said.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gi)];
  if (parts.length === 0) return undefined;
  return bounded(
    parts.reduce(
      (sum, [, number, unit]) => sum + Number(number) * (UNITS[unit?.toLowerCase() ?? ''] ?? 0),
      0,
    ),
  );
}

const TRY_AGAIN = /\btry again in ((?:\d+(?:\.\d+)?(?:ms|s|m|h))+)/i;

function bounded(ms: number): number {
  return Math.round(Math.min(LONGEST_MS, Math.max(0, ms)));
}
