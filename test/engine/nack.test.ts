import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openNats } from '../../worker/adapters/nats/connection.ts';
import type { NatsLink } from '../../worker/adapters/nats/connection.ts';
import { natsQueue } from '../../worker/adapters/nats/queue.ts';
import { readConfig } from '../../worker/config/config.ts';
import { readNats } from '../../worker/config/nats.ts';
import { startNats } from '../servers/nats.ts';
import type { NatsServer } from '../servers/nats.ts';
import { runWorker } from '../servers/worker.ts';
import { authority, signed } from '../tools/certificates.ts';
import { freePorts } from '../tools/ports.ts';
import { program } from '../tools/programs.ts';
import { kubeconfig } from './access.ts';
import type { Live } from './api.ts';
import { claim, newNamespace, settled } from './claims.ts';
import { composedOf } from './composed.ts';
import { describeEngine } from './engine.ts';
import { signal, start } from './keep.ts';
import { until } from './until.ts';

/** A claim refuses loopback, which would be the Pod itself; this name is taken for that of a Service. */
const host = hostname();
const password = 's3cret!@';
const jobs = 5;

describeEngine('NATS with its controller NACK', ({ api, plane }) => {
  let folder: string;
  let open: NatsServer;
  let company: NatsServer;
  const ca = authority('a company');
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-nack-'));
    const server = signed(ca, { commonName: 'nats', ip: ['127.0.0.1'], dns: [host], use: 'server' });
    await writeFile(file('ca.crt'), ca.certificate);
    await writeFile(file('server.crt'), server.certificate);
    await writeFile(file('server.key'), server.key);
    const tls = `tls { cert_file: "${file('server.crt')}", key_file: "${file('server.key')}" }`;
    const accounts = `accounts { SHOP { jetstream: enabled, users: [ { user: worker, password: "${password}" } ] } }`;
    const started = await Promise.all([
      startNats(file('open'), '', '0.0.0.0'),
      startNats(file('company'), `${accounts}\n${tls}`, '0.0.0.0'),
    ]);
    const [first, second] = started;
    if (!first || !second) throw new Error('cannot start NATS, whose program was found');
    [open, company] = [first, second];
    const [probes] = await freePorts(1);
    await start(plane.dir, 'nack', {
      file: await program('nack'),
      args: [
        '--control-loop',
        '--sync-interval=2s',
        `-s=${open.url}`,
        `--cache-dir=${file('cache')}`,
        `--kubeconfig=${kubeconfig(plane, 'admin')}`,
        `--health-probe-bind-address=127.0.0.1:${probes}`,
      ],
    });
  });
  afterAll(async () => {
    await signal(plane.dir, 'nack', 'SIGTERM');
    await Promise.all([open.stop(), company.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  interface Case {
    readonly name: string;
    readonly server: () => NatsServer;
    readonly scheme: 'nats' | 'tls';
    readonly nats: object;
    readonly env: () => Record<string, string>;
  }
  const cases: readonly Case[] = [
    { name: 'as it comes', server: () => open, scheme: 'nats', nats: {}, env: () => ({}) },
    {
      name: 'with accounts, a login and TLS',
      server: () => company,
      scheme: 'tls',
      nats: { credentialsSecret: 'nats-login', tls: { caSecret: 'nats-ca' }, account: 'SHOP' },
      env: () => ({ NATS_USER: 'worker', NATS_PASSWORD: password, NATS_CA_FILE: file('ca.crt') }),
    },
  ];

  it.each(cases)(
    '$name: job, nack, none and back on a claim that runs lose no message',
    { timeout: 480_000 },
    async ({ server, scheme, nats, env }) => {
      const namespace = await newNamespace(api, 'nack');
      const secret = (name: string, stringData: object) =>
        api.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData });
      await secret('nats-login', { username: 'worker', password });
      await secret('nats-ca', { 'ca.crt': ca.certificate });
      const servers = [`${scheme}://${host}:${server().port}`];
      const prefix = namespace;
      const spec = {
        image: 'registry.example/worker:v1',
        nats: { ...nats, servers, subjectPrefix: prefix },
      };
      const draft = claim('AgentExecutor', namespace, 'shop', { ...spec, stream: { management: 'job' } });
      const live = await api.apply(draft);
      const environment = {
        NATS_URL: server().url,
        NATS_SUBJECT_PREFIX: prefix,
        EXECUTOR: `${namespace}/shop`,
        EXECUTOR_UID: live.metadata.uid,
        ...env(),
      };
      const ensure = async () => (await runWorker(['ensure-stream'], environment)).output;
      await until('the Job is there', async () =>
        (await streamKeys(live)).some((key) => key.startsWith('stream-job-')),
      );
      expect(await ensure()).toContain(': created');

      const read = readConfig(environment, readNats);
      if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
      const { address, owner, names } = read.config;
      const link = openNats(address, 'a publisher');
      const queue = natsQueue(link, { names, ackWaitMs: 30_000, owner: () => Promise.resolve(owner) });
      const publisher = jetstream(await link.connected);
      for (let job = 0; job < jobs; job += 1) await publisher.publish(`${prefix}.execute.${job}`, 'a job');
      const allThere = async () => {
        await queue.check();
        expect(await messages(link, names.stream)).toBe(jobs);
      };
      await allThere();

      await api.patch(draft, { spec: { stream: { management: 'nack' } } });
      await settled(api, draft, 'StreamReady', 'True', 60);
      expect(await streamKeys(live)).toEqual(['consumer', 'dead-stream', 'status-stream', 'stream']);
      await allThere();

      await api.patch(draft, { spec: { stream: { management: 'none' } } });
      await until('nothing is asked of NACK', async () => (await streamKeys(live)).length === 0, {
        seconds: 60,
      });
      await allThere();

      await api.patch(draft, { spec: { stream: { management: 'job' } } });
      await until('the Job is there again', async () => (await streamKeys(live)).length > 0);
      expect(await ensure()).not.toContain('cannot');
      const delivery = await queue.next(new AbortController().signal, 5_000);
      expect(delivery?.subject).toBe(`${prefix}.execute.0`);
      await queue.close();
      await api.delete(draft);
    },
  );

  /** Keys of what makes the streams and the consumer, and of nothing else. */
  async function streamKeys(live: Live): Promise<string[]> {
    const keys = [...(await composedOf(api, live)).keys()];
    return keys.filter((key) => /^consumer$|(^|-)stream$|^stream-job-/.test(key)).toSorted();
  }

  async function messages(link: NatsLink, stream: string): Promise<number> {
    const manager = await jetstreamManager(await link.connected);
    return (await manager.streams.info(stream)).state.messages;
  }
});
