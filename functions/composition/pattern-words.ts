const lower = 'lower-case letters, digits and hyphens';
const between = 'with a letter or digit at both ends';

/**
 * What texts of a pattern are, in words that follow on `expected`; no person reads a regular expression. Every pattern of the XRDs and
 * of the platform's settings is here.
 */
const words: Readonly<Record<string, string>> = {
  '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$': `${lower}, ${between}`,
  '^[a-z]([-a-z0-9]*[a-z0-9])?$': `${lower}, with a letter at its beginning and a letter or digit at its end`,
  '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$': `${lower} or dots, ${between}`,
  '^[a-z0-9][-a-z0-9.]*[a-z0-9]$': `${lower} or dots, ${between}`,
  [String.raw`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`]: `${lower}, ${between}, or several such with dots between them`,
  [String.raw`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$`]:
    'a hostname in lower case, such as shop.example.com',
  '^[a-z][a-z0-9]*(-[a-z0-9]+)*$': `${lower}, with a letter at its beginning and no two hyphens together`,
  '^[a-z_][a-z0-9_-]*$':
    'lower-case letters, digits, underscores and hyphens, with a letter or underscore at its beginning',
  '^[a-z][a-z0-9_-]*$':
    'the name of an extension: lower-case letters, digits, underscores and hyphens, with a letter at its beginning',
  '^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$': `letters, digits, hyphens, underscores and dots, ${between}`,
  '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$': `letters, digits, hyphens, underscores and dots, ${between}, or nothing`,
  '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$':
    'a key such as dedicated or example.com/dedicated',
  '^[A-Za-z_][A-Za-z0-9_]*$': 'letters, digits and underscores, with no digit at its beginning',
  '^[A-Za-z0-9_-]+$': 'letters, digits, underscores and hyphens',
  [String.raw`^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$`]:
    'up to eight parts of letters, digits, underscores and hyphens, with dots between them',
  [String.raw`^([-_a-zA-Z0-9]|\.[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$`]:
    'a key of a Secret: letters, digits, hyphens, underscores and dots, and not two dots first',
  '^[a-z0-9]([a-zA-Z0-9._:/-]*[a-zA-Z0-9])?(@sha256:[a-f0-9]{64})?$':
    'an image such as registry.example/worker:v1.0.0',
  [String.raw`^v[0-9]+\.[0-9]+\.[0-9]+$`]: 'a version such as v1.39.0',
  [String.raw`^(\S+ ){4}\S+$`]: 'five fields of cron, such as */30 * * * *',
  [String.raw`^(\S+ ){5}\S+$`]: 'six fields of cron, seconds first, such as 0 0 3 * * *',
  '^[1-9][0-9]{0,3}[dwm]$': 'a number of days, weeks or months, such as 30d, 4w or 6m',
  '^[1-9][0-9]{0,5}(m|h)$': 'a number of minutes or hours, such as 30m or 72h',
  '^[1-9][0-9]{0,6}(Mi|Gi)$': 'a size such as 512Mi or 2Gi',
  [String.raw`^\d{8}T\d{6}$`]: 'the name of a base backup, such as 20260301T030000',
  [String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$`]:
    'a moment with its zone, such as 2026-03-01T08:30:00Z',
  [String.raw`^(nats|tls)://[^\s]+$`]: 'an address such as nats://nats.nats.svc:4222',
  [String.raw`^(nats|tls)://[^\s,]+$`]: 'one address such as nats://nats.nats.svc:4222',
  [String.raw`^(https?://)?[^\s/]+:[0-9]{1,5}$`]: 'host and port, such as nats.nats.svc:8222',
  '^[A-Za-z0-9.-]+:[0-9]{1,5}$': 'host and port, such as nats.nats.svc:8222',
  [String.raw`^[^\s&?#]+$`]: 'text without spaces, &, ? and #',
  '^[0-9a-fA-F.:]+/[0-9]{1,3}$': 'a block of addresses, such as 10.0.0.0/8',
  '^(/[A-Za-z0-9][A-Za-z0-9._-]*)+$': 'an absolute path, such as /volumes/data',
  '^(/|(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)$': 'a path such as /shop, without a slash at its end',
  [String.raw`^/[^\s]*$`]: 'a path such as /healthz',
  '^arn:aws[-a-z]*:kms:[-a-z0-9]+:[0-9]{12}:key/[-A-Za-z0-9]+$':
    'the ARN of a key of AWS, such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd',
  '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$':
    'a repository such as registry.example:5000/mirror',
};

/** What fits the pattern, in words; the pattern itself where nobody has written any. */
export function patternWords(pattern: string): string {
  return words[pattern] ?? `text like ${pattern}`;
}

export const knownPatterns: readonly string[] = Object.keys(words);
