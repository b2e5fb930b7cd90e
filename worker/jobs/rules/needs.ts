const OR = '|';

/** What any of these sources is enough for, as one need: `openai|anthropic`. */
export function anyOf(sources: readonly string[]): string {
  return [...new Set(sources)].join(OR);
}

/** The sources of which one is enough. */
export function sourcesOf(need: string): readonly string[] {
  return need.split(OR);
}

/** Whether nothing is left that a need could be met by; take-due.ts of PostgreSQL says the same. */
export function isUnmet(need: string, blocked: readonly string[]): boolean {
  return blocked.includes(need) || sourcesOf(need).every((source) => blocked.includes(source));
}
