import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { authority, signed } from '../tools/certificates.ts';
import type { KeyPair } from '../tools/certificates.ts';
import { composedOf } from './composed.ts';
import { rootAuthority, writeFunctionCertificates } from './crossplane.ts';
import { claim, newNamespace, settled, touch } from './claims.ts';
import { describeEngine } from './engine.ts';
import { failedCalls, functionCalls } from './figures.ts';
import { restartPart } from './parts.ts';
import { operate } from './operators.ts';
import { until } from './until.ts';

describeEngine('core and function know each other by certificates', (engine) => {
  const { api, plane, function: server } = engine;

  /** Connects as a caller with this certificate: what the function presents, and whether it talks to us. */
  async function call(client: KeyPair | undefined): Promise<{ serial: string; isHeard: boolean }> {
    const own = client && { cert: client.certificate, key: client.key };
    const socket = connect({
      host: '127.0.0.1',
      port: server.port,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
      ...own,
    });
    await once(socket, 'secureConnect');
    const serial = socket.getPeerX509Certificate()?.serialNumber ?? '';
    // A server of HTTP/2 speaks first.
    const heard = await Promise.race([
      once(socket, 'data').then(() => true),
      once(socket, 'close').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    return { serial, isHeard: heard };
  }

  async function core(): Promise<KeyPair> {
    const file = (name: string) => readFile(join(plane.dir, 'crossplane-tls', name), 'utf8');
    return { certificate: await file('tls.crt'), key: await file('tls.key') };
  }

  afterAll(async () => {
    await writeFunctionCertificates(server.certificates, await rootAuthority(api));
    await restartPart(engine, 'function');
  });

  it('the function hears core, and nobody without a certificate or with one of another authority', async () => {
    expect(await call(await core())).toMatchObject({ isHeard: true });
    expect(await call(undefined)).toMatchObject({ isHeard: false });
    const stranger = signed(authority('Crossplane'), { commonName: 'Crossplane', use: 'client' });
    expect(await call(stranger)).toMatchObject({ isHeard: false });
  });

  it('certificates are rotated under load without a failed call', async () => {
    const namespace = await newNamespace(api, 'trust');
    const drafts = Array.from({ length: 10 }, (_, index) =>
      claim('DragonflyInstance', namespace, `cache-${index}`),
    );
    await Promise.all(drafts.map((draft) => api.apply(draft)));
    await using _ = operate(api, namespace);
    await Promise.all(drafts.map((draft) => settled(api, draft, 'Ready', 'True')));
    const [failed, calls] = [await failedCalls(engine), await functionCalls(engine)];
    const { serial: old } = await call(await core());
    /** Makes core call for each of the claims, and takes a second at least. */
    const load = async () => {
      const before = await functionCalls(engine);
      await Promise.all([...drafts.map((draft) => touch(api, draft)), sleep(1_000)]);
      const all = async () => (await functionCalls(engine)) >= before + drafts.length;
      await until('core has called for each', all);
    };

    await writeFunctionCertificates(server.certificates, await rootAuthority(api));
    await until('the function presents the new certificate', async () => {
      await load();
      return (await call(await core())).serial !== old;
    });
    // Long enough for core to be asked to connect anew, which it then does to the new certificate.
    for (let round = 0; round < 8; round++) await load();
    expect(await functionCalls(engine)).toBeGreaterThanOrEqual(calls + 80);
    expect(await failedCalls(engine)).toBe(failed);
  });

  it('core calls no function whose certificate is of another authority, and goes on when it is right again', async () => {
    const root = await rootAuthority(api);
    await writeFunctionCertificates(server.certificates, authority('elsewhere'), root);
    await restartPart(engine, 'function');
    const draft = claim('PostgresInstance', await newNamespace(api, 'trust'), 'orders');
    const live = await api.apply(draft);
    await until('core says why', async () => {
      const said = await readFile(join(plane.dir, 'log', 'crossplane'), 'utf8');
      return said.includes('certificate signed by unknown authority');
    });
    expect((await composedOf(api, live)).size).toBe(0);
    await writeFunctionCertificates(server.certificates, root);
    await restartPart(engine, 'function');
    await until('the claim is composed', async () => (await composedOf(api, live)).size === 2, {
      seconds: 60,
    });
  });
});
