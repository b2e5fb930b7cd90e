import { credentials } from '@grpc/grpc-js';
import { mkdtemp, rename, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepFresh, readCertificates } from '../../../functions/server/certificates.ts';
import { openLog } from '../../../functions/server/log.ts';
import type { KeyPair } from '../../tools/certificates.ts';
import { authority, signed } from '../../tools/certificates.ts';
import { claim } from '../call.ts';
import { callOnce, serving } from './serving.ts';
import type { Serving } from './serving.ts';
import { encodeRequest } from '../wire/wire.ts';

const request = encodeRequest({ observed: { composite: { resource: claim('DragonflyInstance') } } });
// As in a cluster: the authority's subject is also that of core's certificate.
const first = authority('Crossplane');
const second = authority('Crossplane');

const serverOf = (issuer: KeyPair) =>
  signed(issuer, { commonName: 'function', dns: ['function'], use: 'server' });
const coreOf = (issuer: KeyPair) => signed(issuer, { commonName: 'Crossplane', use: 'client' });

function clientOf(trusted: KeyPair, own: KeyPair) {
  return credentials.createSsl(
    Buffer.from(trusted.certificate),
    Buffer.from(own.key),
    Buffer.from(own.certificate),
  );
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'certificates-'));
});
afterEach(() => rm(directory, { recursive: true }));

let generation = 0;

/** As a kubelet does it: the files are behind a link, which is replaced in one step. */
async function mount(issuer: KeyPair, { certificate, key }: KeyPair): Promise<void> {
  const data = join(directory, `..${generation++}`);
  await mkdir(data);
  await writeFile(join(data, 'ca.crt'), issuer.certificate);
  await writeFile(join(data, 'tls.crt'), certificate);
  await writeFile(join(data, 'tls.key'), key);
  await symlink(data, join(directory, '..next'));
  await rename(join(directory, '..next'), join(directory, '..data'));
  for (const file of ['ca.crt', 'tls.crt', 'tls.key'])
    await symlink(join('..data', file), join(directory, file)).catch(() => undefined);
}

describe('calls over mutual TLS', () => {
  let running: Serving;
  beforeEach(async () => {
    await mount(first, serverOf(first));
    running = await serving(await readCertificates(directory));
  });
  afterEach(async () => {
    await running.server.stop(0);
  });

  test("are answered for core's certificate", async () => {
    const as = clientOf(first, coreOf(first));
    await expect(callOnce(running.address, request, { as })).resolves.toBeDefined();
  });

  test.each([
    { reason: 'no certificate', as: credentials.createSsl(Buffer.from(first.certificate)) },
    { reason: 'a certificate of another authority', as: clientOf(first, coreOf(second)) },
    { reason: 'plain text', as: credentials.createInsecure() },
  ])('are refused, and the reason logged: $reason', async ({ as }) => {
    await expect(callOnce(running.address, request, { as })).rejects.toThrow(/UNAVAILABLE/);
    expect(running.calls).toEqual([]);
    expect(running.lines.join()).toContain('connection refused');
  });

  test('go on while certificates are replaced, without one that fails', async () => {
    const stop = keepFresh(running.server, directory, await readCertificates(directory), log(running), 5);
    const both = Buffer.from(first.certificate + second.certificate);
    const core = coreOf(first);
    const as = credentials.createSsl(both, Buffer.from(core.key), Buffer.from(core.certificate));
    for (let round = 0; round < 5; round++) {
      await mount(first, serverOf(first));
      for (let call = 0; call < 5; call++) await callOnce(running.address, request, { as });
    }
    await mount(second, serverOf(second));
    const coreAfter = clientOf(second, coreOf(second));
    await expect
      .poll(() => callOnce(running.address, request, { as: coreAfter }).then(() => 'answered', String), {
        timeout: 10_000,
      })
      .toBe('answered');
    await expect(callOnce(running.address, request, { as })).rejects.toThrow(/UNAVAILABLE/);
    const replaced = running.lines.filter((line) => line.includes('certificates replaced'));
    expect(replaced.length, 'looks that found nothing new').toBeLessThanOrEqual(6);
    stop();
  });

  test('go on with the old certificates while the new ones do not fit together', async () => {
    const stop = keepFresh(running.server, directory, await readCertificates(directory), log(running), 5);
    await mount(second, { certificate: serverOf(second).certificate, key: serverOf(second).key });
    await expect.poll(() => running.lines.join(), { timeout: 10_000 }).toContain('certificates kept');
    const as = clientOf(first, coreOf(first));
    await expect(callOnce(running.address, request, { as })).resolves.toBeDefined();
    stop();
  });
});

function log({ lines }: Serving) {
  return openLog(false, { write: (line) => void lines.push(line) });
}

describe('certificates that cannot serve', () => {
  test.each([
    {
      reason: 'nothing there',
      files: {},
      says: ['ca.crt is missing', 'tls.crt is missing', 'tls.key is missing'],
    },
    {
      reason: 'the key of another certificate',
      files: { 'ca.crt': first.certificate, 'tls.crt': serverOf(first).certificate, 'tls.key': first.key },
      says: ['tls.key is not the key of tls.crt'],
    },
    {
      reason: 'not certificates',
      files: { 'ca.crt': 'x', 'tls.crt': 'y', 'tls.key': 'z' },
      says: ['ca.crt: '],
    },
  ])('are refused with everything that is wrong: $reason', async ({ files, says }) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
    const error = await readCertificates(directory).then(() => undefined, String);
    expect(error).toContain(`cannot use the certificates in ${directory}`);
    for (const each of says) expect(error).toContain(each);
  });
});
