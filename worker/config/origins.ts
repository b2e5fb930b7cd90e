import type { EnvReader } from './env-reader.ts';

/** Origins as browsers write them, with no path and no slash at the end; `*` for all of them. */
export function readOrigins(env: EnvReader): '*' | readonly string[] {
  const listed = env.optional('CORS_ORIGINS') ?? '';
  if (listed === '*') return '*';
  const origins = listed.split(',').flatMap((one) => one.trim() || []);
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    env.refuse('CORS_ORIGINS', 'origins such as https://chat.example.com, or *', JSON.stringify(origin));
  }
  return origins;
}
