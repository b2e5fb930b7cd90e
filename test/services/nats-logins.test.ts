import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNats } from '../../worker/adapters/nats/connection.ts';
import type { NatsLink } from '../../worker/adapters/nats/connection.ts';
import { ensureQueue } from '../../worker/adapters/nats/ensure.ts';
import { natsQueue } from '../../worker/adapters/nats/queue.ts';
import { standardStreams } from '../../worker/adapters/nats/streams.ts';
import { readConfig } from '../../worker/config/config.ts';
import { readNats } from '../../worker/config/nats.ts';
import { until } from '../engine/until.ts';
import { uniqueNames } from '../servers/describe-servers.ts';
import { jwtAccount } from '../servers/nats-jwt.ts';
import type { JwtAccount } from '../servers/nats-jwt.ts';
import { startNats } from '../servers/nats.ts';
import type { NatsServer } from '../servers/nats.ts';
import { freePort } from '../servers/server.ts';
import { runWorker } from '../servers/worker.ts';
import { authority, signed } from '../tools/certificates.ts';
import { obstacle } from '../tools/programs.ts';

const missing = await obstacle('nats-server');
const ackWaitMs = 30_000;
const nkey = nkeys.createUser();
const seed = new TextDecoder().decode(nkey.getSeed());
const password = 's3cret!@';

/** As the page has them. */
function publisherPermissions(): string {
  const page = readFileSync(new URL('../../docs/nats.md', import.meta.url), 'utf8');
  return /```\n(permissions \{.*?)```/s.exec(page)?.[1] ?? '';
}

describe.skipIf(missing !== undefined)('NATS as companies run it', () => {
  let folder: string;
  let users: NatsServer;
  let withToken: NatsServer;
  let jwt: NatsServer;
  let account: JwtAccount;
  let monitoring: number;
  /** Files by name: certificates, logins. */
  const file = (name: string): string => join(folder, name);

  const start = async (name: string, settings: string): Promise<NatsServer> => {
    const server = await startNats(file(name), settings);
    if (!server) throw new Error('cannot start the server that was found a moment ago');
    return server;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-logins-'));
    const ca = authority('a company');
    const server = signed(ca, { commonName: 'nats', ip: ['127.0.0.1'], use: 'server' });
    const client = signed(ca, { commonName: 'worker', dns: ['worker'], use: 'client' });
    account = jwtAccount();
    for (const name of ['creds', 'login']) await mkdir(file(name));
    for (const [name, content] of Object.entries({
      'ca.crt': ca.certificate,
      'other.crt': authority('somebody else').certificate,
      'server.crt': server.certificate,
      'server.key': server.key,
      'tls.crt': client.certificate,
      'tls.key': client.key,
      'creds/nats.creds': account.creds,
      'login/username': 'worker',
      'login/password': `${password}\n`,
      seed,
    }))
      await writeFile(file(name), content);
    users = await start(
      'users',
      `accounts {
        SHOP { jetstream: enabled, users: [ { user: worker, password: "${password}" }, { nkey: ${nkey.getPublicKey()} },
          { user: publisher, password: publisher, ${publisherPermissions()} } ] }
        POOR { users: [ { user: poor, password: poor } ] }
      }`,
    );
    withToken = await start('token', 'authorization { token: "t0ken" }');
    monitoring = await freePort();
    const tls = `tls { cert_file: "${file('server.crt')}", key_file: "${file('server.key')}", ca_file: "${file('ca.crt')}", verify: true }`;
    jwt = await start('jwt', `${account.settings}${tls}\nhttp: "127.0.0.1:${monitoring}"`);
  });
  afterAll(async () => {
    await Promise.all([users, withToken, jwt].map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const settings = (environment: Record<string, string>) => {
    const read = readConfig(environment, readNats);
    if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
    return read.config;
  };

  /** The first connection, or soon the reason why there is none. */
  const connected = async (link: NatsLink) => {
    await until('it is connected', async () => link.problem() === undefined, {
      seconds: 10,
      describe: () => link.problem(),
    });
    return link.connected;
  };

  /** Everything that a worker asks of NATS, with this environment. */
  const works = async (environment: Record<string, string>): Promise<void> => {
    const { address, owner } = settings(environment);
    const names = uniqueNames();
    const link = openNats(address, 'worker');
    const queue = natsQueue(link, { names, ackWaitMs, owner: () => Promise.resolve(owner) });
    const manager = await jetstreamManager(await connected(link));
    await ensureQueue(manager, { names, ackWaitMs, owner, streams: standardStreams, version: undefined });
    await queue.check();
    await queue.publish({
      id: 'one',
      subject: `${names.prefix}.execute.http`,
      headers: {},
      body: new Uint8Array(1),
    });
    const delivery = await until('the job comes', () => queue.next(new AbortController().signal, 5_000));
    delivery.done();
    await queue.close();
  };
  const tls = () => ({
    NATS_CA_FILE: file('ca.crt'),
    NATS_CERT_FILE: file('tls.crt'),
    NATS_KEY_FILE: file('tls.key'),
  });
  const at = (server: NatsServer, login: string): string => server.url.replace('//', `//${login}@`);

  test.each<[string, () => Record<string, string>]>([
    [
      'user and password in the URL',
      () => ({ NATS_URL: at(users, `worker:${encodeURIComponent(password)}`) }),
    ],
    ['user and password', () => ({ NATS_URL: users.url, NATS_USER: 'worker', NATS_PASSWORD: password })],
    ['user and password in a folder', () => ({ NATS_URL: users.url, NATS_CREDENTIALS_DIR: file('login') })],
    ['an NKey', () => ({ NATS_URL: users.url, NATS_NKEY_SEED: seed })],
    ['an NKey in a file', () => ({ NATS_URL: users.url, NATS_NKEY_FILE: file('seed') })],
    ['a token in the URL', () => ({ NATS_URL: at(withToken, 't0ken') })],
    ['a token', () => ({ NATS_URL: withToken.url, NATS_TOKEN: 't0ken' })],
    [
      'credentials and both certificates',
      () => ({ NATS_URL: jwt.url, NATS_CREDS_FILE: file('creds/nats.creds'), ...tls() }),
    ],
    [
      'the same from a folder, TLS a must',
      () => ({
        NATS_URL: jwt.url.replace('nats:', 'tls:'),
        NATS_CREDENTIALS_DIR: file('creds'),
        ...tls(),
      }),
    ],
  ])('%s', async (_name, environment) => {
    await expect(works(environment())).resolves.toBeUndefined();
  });

  test('who publishes jobs and answers and reads results needs no more than the page says', async () => {
    const { names, owner } = settings({
      NATS_URL: users.url,
      NATS_USER: 'worker',
      NATS_PASSWORD: password,
    });
    const worker = await connect({ servers: users.url, user: 'worker', pass: password });
    const version = worker.info?.version;
    const asked = { names, ackWaitMs, owner, streams: standardStreams, version };
    await ensureQueue(await jetstreamManager(worker), asked);
    const publisher = await connect({ servers: users.url, user: 'publisher', pass: 'publisher' });
    const results = publisher.subscribe('agent.status.*', { max: 1 });
    await publisher.flush();
    for (const subject of ['agent.execute.a', 'agent.resume.a'])
      expect(await jetstream(publisher).publish(subject, '{}')).toMatchObject({ stream: names.stream });
    await jetstream(worker).publish('agent.status.completed', '{}');
    for await (const { subject } of results) expect(subject).toBe('agent.status.completed');
    await expect(jetstream(publisher).publish('agent.status.completed', '{}')).rejects.toThrow(/permission/i);
    await Promise.all([worker.close(), publisher.close()]);
  });

  test.each<[string, () => Record<string, string>, string, number]>([
    ['no login', () => ({ NATS_URL: users.url }), 'NATS refuses the login', 21],
    ['a wrong one', () => ({ NATS_URL: at(users, 'worker:wr0ng') }), 'NATS refuses the login', 21],
    ['no token', () => ({ NATS_URL: withToken.url }), 'NATS refuses the login', 21],
    ['an account without JetStream', () => ({ NATS_URL: at(users, 'poor:poor') }), 'jetstream', 22],
    [
      'an authority that is not known',
      () => ({ NATS_URL: jwt.url, ...tls(), NATS_CA_FILE: file('other.crt') }),
      'no TLS connection to NATS',
      1,
    ],
    ['no client certificate', () => ({ NATS_URL: jwt.url, NATS_CA_FILE: file('ca.crt') }), 'NATS', 1],
    [
      'a file that is not there',
      () => ({ NATS_URL: jwt.url, ...tls(), NATS_CREDS_FILE: '/nowhere' }),
      '/nowhere',
      1,
    ],
    [
      'TLS a must where there is none',
      () => ({ NATS_URL: at(users, 'worker:x').replace('nats:', 'tls:') }),
      'NATS',
      1,
    ],
  ])('said in words: %s', async (_name, environment, says, exit) => {
    const { code, output } = await runWorker(['ensure-stream', '--wait', '0'], environment());
    expect(output.toLowerCase()).toContain(says.toLowerCase());
    expect(code).toBe(exit);
    expect(output).not.toContain('wr0ng');
  });

  test('a link that is refused says so for as long as it is', async () => {
    const link = openNats(settings({ NATS_URL: at(users, 'worker:wr0ng') }).address, 'worker');
    await until('it was refused', async () => link.problem()?.startsWith('NATS refuses the login'));
    await link.close();
    expect(link.problem()).toContain('NATS refuses the login');
  });

  test('KEDA finds the consumer in the account, by the name that the claim gives', async () => {
    const { address, owner } = settings({ NATS_URL: jwt.url, NATS_CREDENTIALS_DIR: file('creds'), ...tls() });
    const link = openNats(address, 'worker');
    const names = uniqueNames();
    const manager = await jetstreamManager(await connected(link));
    await ensureQueue(manager, { names, ackWaitMs, owner, streams: standardStreams, version: undefined });
    await link.close();
    // What KEDA asks: https://github.com/kedacore/keda/blob/v2.20.2/pkg/scalers/nats_jetstream_scaler.go
    const query = `jsz?acc=${account.account}&consumers=true&config=true`;
    const answer = (await (await fetch(`http://127.0.0.1:${monitoring}/${query}`)).json()) as {
      account_details: {
        id: string;
        stream_detail: { name: string; consumer_detail: { name: string }[] }[];
      }[];
    };
    const [found] = answer.account_details;
    expect(found?.id).toBe(account.account);
    expect(found?.stream_detail.find(({ name }) => name === names.stream)?.consumer_detail[0]?.name).toBe(
      names.consumer,
    );
  });
});
