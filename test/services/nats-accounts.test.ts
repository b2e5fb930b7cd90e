import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, object } from '../../functions/composition/read.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { blocksOf } from '../cli/steps.ts';
import { startNats } from '../servers/nats.ts';
import type { NatsServer } from '../servers/nats.ts';
import { runWorker } from '../servers/worker.ts';
import { read } from '../structure/sources.ts';
import { obstacle } from '../tools/programs.ts';

const missing = await obstacle('nats-server');

/** The accounts that docs/nats.md gives to the chart, which puts them into the configuration as they are. */
function accounts(): string {
  const values = blocksOf(read('docs/nats.md')).find(({ text }) => text.includes('accounts:'));
  const [document] = readYaml(values?.text ?? '');
  return JSON.stringify({ accounts: at(object(document?.value), 'config', 'merge', 'accounts') });
}

describe.skipIf(missing !== undefined)('an account of NATS for each tenant', () => {
  const tenants = { first: nkeys.createUser(), second: nkeys.createUser() };
  let folder: string;
  let server: NatsServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-accounts-'));
    const settings = accounts()
      .replace('UFIRST', tenants.first.getPublicKey())
      .replace('USECOND', tenants.second.getPublicKey());
    const started = await startNats(folder, settings);
    if (!started) throw new Error('cannot start the server that was found a moment ago');
    server = started;
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  const seedOf = (tenant: keyof typeof tenants) => new TextDecoder().decode(tenants[tenant].getSeed());
  const ensure = (tenant: keyof typeof tenants) =>
    runWorker(['ensure-stream', '--wait', '0'], { NATS_URL: server.url, NATS_NKEY_SEED: seedOf(tenant) });
  const login = (tenant: keyof typeof tenants) =>
    connect({ servers: server.url, authenticator: nkeyAuthenticator(tenants[tenant].getSeed()) });

  test('lets both have streams of the same names, and neither see what the other is sent', async () => {
    for (const tenant of ['first', 'second'] as const) {
      const { code, output } = await ensure(tenant);
      expect(code, output).toBe(0);
    }
    const first = await login('first');
    const second = await login('second');
    const heard: string[] = [];
    second.subscribe('>', {
      callback: (_, { subject }) => {
        heard.push(subject);
      },
    });
    await second.flush();
    const held = async (of: typeof first) => {
      const { state } = await (await jetstreamManager(of)).streams.info('AGENT_EXECUTION');
      return state.messages;
    };
    first.publish('agent.execute.one');
    await first.flush();
    expect([await held(first), await held(second)]).toEqual([1, 0]);
    expect(heard.filter((subject) => subject.startsWith('agent.'))).toEqual([]);
    await first.close();
    await second.close();
  });

  test('has a bound, so that neither fills the disk of the other', async () => {
    const first = await login('first');
    const large = { name: 'LARGE', subjects: ['large'], max_bytes: 1e12 };
    await expect((await jetstreamManager(first)).streams.add(large)).rejects.toThrow('insufficient storage');
    await first.close();
  });

  test('knows nobody without a login', async () => {
    const { code, output } = await runWorker(['ensure-stream', '--wait', '0'], { NATS_URL: server.url });
    expect(output).toContain('NATS refuses the login');
    expect(code).toBe(21);
  });
});
