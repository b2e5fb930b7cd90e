import { SERVERS_RULE, parseServers } from '../adapters/nats/address.ts';
import type { NatsAddress, NatsLogin } from '../adapters/nats/address.ts';
import type { QueueOwner } from '../adapters/nats/owner.ts';
import type { QueueNames, StreamSettings } from '../adapters/nats/streams.ts';
import type { VariableName } from '../env.ts';
import { derivedNames } from '../streams.ts';
import type { EnvReader } from './env-reader.ts';

/** Where the queue is, what it is called and whose it is. */
export interface NatsConfig {
  readonly address: NatsAddress;
  readonly names: QueueNames;
  /** Without the database, which only PostgreSQL knows. */
  readonly owner: QueueOwner;
  /** Whose the jobs in the database are: the executor, which keeps them when its queue gets another name, or else the consumer. */
  readonly group: string;
}

// https://docs.nats.io/nats-concepts/subjects and .../jetstream/streams: no dots, spaces or wildcards in a name.
const NAME = /^[A-Za-z0-9_-]{1,200}$/;
const NAME_RULE = 'letters, digits, - and _ only';
const PREFIX = /^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}$/;
const PREFIX_RULE =
  'letters, digits, - and _, with dots between at most eight parts of at most 64 characters';

/** Variables that each name a login; one is enough. */
const LOGINS = [
  'NATS_USER',
  'NATS_TOKEN',
  'NATS_NKEY_SEED',
  'NATS_NKEY_FILE',
  'NATS_CREDS_FILE',
  'NATS_CREDENTIALS_DIR',
] as const satisfies readonly VariableName[];

type Login = (typeof LOGINS)[number];

function readLogin(env: EnvReader, inUrl: NatsLogin): NatsLogin {
  const given: readonly Login[] = LOGINS.filter((name) => env.has(name));
  const [first, ...more] = given;
  if (more.length > 0 || (first !== undefined && inUrl.kind !== 'none'))
    env.refuse(given.at(-1) ?? 'NATS_URL', 'one login, in NATS_URL or in one variable', 'another besides');
  if (env.has('NATS_USER') !== env.has('NATS_PASSWORD'))
    env.refuse('NATS_PASSWORD', 'NATS_USER and NATS_PASSWORD together', 'one of them');
  if (first === undefined) return inUrl;
  const text = env.text(first);
  switch (first) {
    case 'NATS_USER':
      return { kind: 'user', user: text, password: env.optional('NATS_PASSWORD') ?? '' };
    case 'NATS_TOKEN':
      return { kind: 'token', token: text };
    case 'NATS_NKEY_SEED':
      return { kind: 'nkey', seed: text };
    case 'NATS_NKEY_FILE':
      return { kind: 'nkey-file', file: text };
    case 'NATS_CREDS_FILE':
      return { kind: 'creds-file', file: text };
    case 'NATS_CREDENTIALS_DIR':
      return { kind: 'folder', folder: text };
  }
}

function readTls(env: EnvReader, wanted: boolean): NatsAddress['tls'] {
  const [caFile, certFile, keyFile] = [
    env.optional('NATS_CA_FILE'),
    env.optional('NATS_CERT_FILE'),
    env.optional('NATS_KEY_FILE'),
  ];
  if ((certFile === undefined) !== (keyFile === undefined))
    env.refuse('NATS_CERT_FILE', 'NATS_CERT_FILE and NATS_KEY_FILE together', 'one of them');
  if (!wanted && caFile === undefined && certFile === undefined) return undefined;
  return {
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}

function readNatsAddress(env: EnvReader): NatsAddress {
  const parsed = parseServers(env.text('NATS_URL'));
  const found =
    parsed.kind === 'servers' ? parsed : { servers: [], login: { kind: 'none' as const }, tls: false };
  if (parsed.kind === 'problem') env.refuse('NATS_URL', SERVERS_RULE, 'another value');
  return { servers: found.servers, login: readLogin(env, found.login), tls: readTls(env, found.tls) };
}

function readNames(env: EnvReader): QueueNames {
  const prefix = env.matching('NATS_SUBJECT_PREFIX', PREFIX, PREFIX_RULE);
  const derived = derivedNames(prefix);
  const name = (variable: keyof typeof derived): string =>
    env.has(variable) ? env.matching(variable, NAME, NAME_RULE) : derived[variable];
  return {
    prefix,
    stream: name('NATS_STREAM_NAME'),
    consumer: name('NATS_CONSUMER_GROUP'),
    statusStream: name('NATS_STATUS_STREAM_NAME'),
    deadStream: name('NATS_DEAD_STREAM_NAME'),
  };
}

/** What `ensure-stream` makes the streams like. */
export function readStreamSettings(env: EnvReader): StreamSettings {
  return {
    replicas: env.integer('NATS_STREAM_REPLICAS', 1, 5),
    storage: env.oneOf('NATS_STREAM_STORAGE', ['file', 'memory']),
    maxAgeMs: env.duration('NATS_STREAM_MAX_AGE', 60_000),
  };
}

export function readNats(env: EnvReader): NatsConfig {
  const [names, executor] = [readNames(env), env.optional('EXECUTOR')];
  return {
    address: readNatsAddress(env),
    names,
    owner: { executor, uid: env.optional('EXECUTOR_UID'), database: undefined },
    group: executor ?? names.consumer,
  };
}

/** What of the login in NATS_URL no log line may hold: as it is written there, and as it is meant. */
export function natsSecrets(env: EnvReader): string[] {
  const url = env.optional('NATS_URL') ?? '';
  const written = [...url.matchAll(/(?:^|\/\/|,)([^@/,]+)@/g)].flatMap(
    ([, login = '']) => login.split(':').at(-1) ?? [],
  );
  const parsed = parseServers(url);
  if (parsed.kind === 'problem') return url === '' ? [] : [url, ...written];
  const { login } = parsed;
  if (login.kind === 'user') return [...written, login.password];
  return login.kind === 'token' ? [...written, login.token] : written;
}
