import fc from 'fast-check';

const label = '[a-z]([a-z0-9-]{0,12}[a-z0-9])?';
const matching = (source: string) => fc.stringMatching(new RegExp(`^${source}$`));
const port = fc.oneof(
  fc.constantFrom('1', '65535', '0', '65536', '99999', '00443'),
  fc.nat(65_535).map(String),
);

const ipv4 = fc.oneof(
  fc.constantFrom(
    '10.0.0.1',
    '0.0.0.0',
    '169.254.169.254',
    '127.0.0.1',
    '255.255.255.255',
    '010.1.2.3',
    '1.2.3',
  ),
  fc.ipV4(),
);
const ipv6 = fc.oneof(
  fc.constantFrom('::', '::1', '2001:db8::1', 'fe80::1', '::ffff:10.0.0.1', '1:2:3'),
  fc.ipV6(),
);
const host = fc.oneof(
  fc.constantFrom(
    'localhost',
    'nats',
    'nats.nats',
    'nats.nats.svc',
    'nats.nats.svc.cluster.local',
    '-a',
    'a..b',
    'A.b',
  ),
  matching(`${label}(\\.${label}){0,3}`),
  ipv4,
  ipv6.map((address) => `[${address}]`),
);
const path = matching(`(/${label}){0,2}`);
const tag = fc.constantFrom('v1', 'v1.2.3', '16', 'latest', '1.0.0-rc.1_x');
const digest = fc.constantFrom(`sha256:${'0af9'.repeat(16)}`, 'sha256:0');
const field = fc.constantFrom(
  '*',
  '0',
  '*/5',
  '1-3',
  '1,15',
  '7',
  'MON',
  'JAN-MAR',
  '59',
  '99',
  '?',
  'L',
  '*/0',
);

/** Texts that mean something to YAML, to a shell, to a URL, to PostgreSQL or to Kubernetes, and not to us. */
const remarkable = fc.constantFrom(
  '',
  ' ',
  'true',
  'null',
  '~',
  '0',
  '-1',
  '1e3',
  '0x1F',
  '007',
  '.inf',
  'NaN',
  'a b',
  ' a ',
  'a:b',
  'a/b',
  'a%2Fb',
  '../a',
  "it's",
  '"quoted"',
  '# comment',
  '- item',
  '{{ .a }}',
  '$(HOME)',
  '$$(HOME)',
  '${HOME}',
  '`id`',
  'a\nb',
  'a\tb',
  'a\u0000b',
  'a\\b',
  'ä',
  '日本',
  '👍🏽',
  '\u202e',
  '__proto__',
  'constructor',
);

/**
 * Texts as people write them into claims, wrong and unusual ones among them, by what they are. Each field draws
 * from those that its schema and its rules take; one that takes none of them needs a line here.
 */
export const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  remarkable,
  anything: fc.string({ unit: 'grapheme', maxLength: 60 }),
  'names of objects': fc.oneof(
    fc.constantFrom(
      'app',
      'shared',
      'orders',
      'a',
      '1',
      '1st',
      'a-',
      '-a',
      'a.b',
      'a..b',
      '.',
      '..',
      'A',
      'a_b',
    ),
    fc.constantFrom('vault/llm', 'postgres', 'template1', 'pg_admin', 'cnpg_x', 'default', 'x'.repeat(63)),
    matching(label),
    matching(`${label}\\.${label}`),
  ),
  'names of variables and parameters': fc.oneof(
    fc.constantFrom(
      'PATH',
      'HOME',
      'POSTGRES_HOST',
      'NATS_URL',
      'OPENAI_API_KEY',
      'a-b',
      '1A',
      '_',
      'work_mem',
      'port',
    ),
    fc.constantFrom(
      'shared_buffers',
      'pg_stat_statements.max',
      'archive_mode',
      'max_connections',
      'app.tenant',
    ),
    matching('[A-Za-z_][A-Za-z0-9_]{0,12}'),
  ),
  extensions: fc.constantFrom('vector', 'pg_trgm', 'uuid-ossp', 'pg_stat_statements', 'pgvector', 'postgis'),
  'keys of Secrets': fc.oneof(
    fc.constantFrom('tls.crt', '.dockerconfigjson', '..', '...a'),
    matching('[A-Za-z0-9_.-]{1,20}'),
  ),
  addresses: fc.oneof(ipv4, ipv6),
  networks: fc.oneof(
    fc.constantFrom(
      '10.0.0.0/8',
      '10.1.0.0/16',
      '10.1.2.0/24',
      '0.0.0.0/0',
      '169.254.0.0/16',
      '192.168.0.0/16',
    ),
    fc.constantFrom('::/0', '2001:db8::/32', '2001:db8:1::/48', 'fe80::/10', '::ffff:10.0.0.0/104'),
    // Networks that have others inside, often enough for two that fit together.
    {
      weight: 12,
      arbitrary: fc.constantFrom('0.0.0.0/0', '0.0.0.0/0', '0.0.0.0/0', '10.0.0.0/8', '10.1.0.0/16', '::/0'),
    },
    fc.constantFrom(
      '10.1.2.3/8',
      '10.0.0.0/33',
      '10.0.0.0/08',
      '1.2.3/8',
      '300.0.0.0/8',
      '::/129',
      ':::/8',
      '2001:db8::1/32',
    ),
    fc.tuple(fc.nat(255), fc.nat(255)).map(([high, low]) => `${high}.${low}.0.0/16`),
    fc.tuple(ipv4, fc.nat(33)).map(([address, bits]) => `${address}/${bits}`),
    fc.tuple(ipv6, fc.nat(130)).map(([address, bits]) => `${address}/${bits}`),
  ),
  hosts: host,
  'hosts and ports': fc.tuple(host, port).map(([name, number]) => `${name}:${number}`),
  addressed: fc
    .tuple(fc.constantFrom('nats', 'tls', 'http', 'https', 'redis', 's3', 'wss'), host, fc.option(port), path)
    .map(
      ([scheme, name, number, rest]) => `${scheme}://${name}${number === null ? '' : `:${number}`}${rest}`,
    ),
  images: fc
    .tuple(host, fc.option(port), matching(`(/${label}){1,3}`), fc.option(tag), fc.option(digest))
    .map(([registry, number, repository, version, sum]) =>
      [registry, number && `:${number}`, repository, version && `:${version}`, sum && `@${sum}`].join(''),
    ),
  paths: fc.oneof(fc.constantFrom('/', '/.', '/a/', '//', '/a b', '/ready?deep=1'), path),
  schedules: fc.oneof(
    fc.constantFrom('@daily', '@every 1h', '0 3 * * *', '0 0 3 * * *', 'TZ=UTC 0 3 * * *', '0 25 * * *'),
    fc.array(field, { minLength: 5, maxLength: 7 }).map((fields) => fields.join(' ')),
  ),
  moments: fc.constantFrom(
    '2026-03-01T09:30:00Z',
    '2026-03-01T09:30:00.25+02:00',
    '2024-02-29T23:59:59Z',
    '2026-02-30T00:00:00Z',
    '2026-03-01',
  ),
  'ids of base backups': fc.constantFrom('20260301T030000', '20260301T0300'),
  versions: matching('v?[0-9]{1,3}(\\.[0-9]{1,3}){0,2}'),
  quantities: matching('[0-9]{1,4}(\\.[0-9])?(m|Mi|Gi|MB|kB|G|d|w|h|s|ms)?'),
};
