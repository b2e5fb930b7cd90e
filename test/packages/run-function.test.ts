import { credentials } from '@grpc/grpc-js';
import { RunFunctionResponse, Severity } from '@crossplane-org/function-sdk-typescript';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { until } from '../engine/until.ts';
import { callOnce } from '../functions/server/serving.ts';
import { encodeRequest } from '../functions/wire/wire.ts';
import { authority, signed } from '../tools/certificates.ts';
import { runContainer, startContainer } from './container.ts';
import { describeContainers, pullRootfs, pushed } from './packages.ts';
import { startPod } from './pod.ts';
import type { Pod } from './pod.ts';
import { versions } from './versions.ts';

const program = ['/nodejs/bin/node', '/app/function.cjs'];
const ours = authority('Crossplane');

describeContainers("the function's image, run with nothing but itself", (packages) => {
  let rootfs: string;
  beforeAll(async () => {
    const dir = await mkdtemp(join(packages.dir, 'function-'));
    rootfs = await pullRootfs(pushed(packages, 'function'), 'amd64', join(dir, 'root'));
  });

  it('prints the version of its release', async () => {
    await using pod = await startPod(await mkdtemp(join(packages.dir, 'pod-')), {});
    const args = [...program, '--version'];
    expect(await runContainer({ rootfs, args, env: {}, network: pod.pid })).toEqual({
      code: 0,
      output: `${versions.now.slice(1)}\n`,
    });
  });

  it('does not start without certificates', async () => {
    await using pod = await startPod(await mkdtemp(join(packages.dir, 'pod-')), {});
    const { code, output } = await runContainer({ rootfs, args: program, env: {}, network: pod.pid });
    expect(code).toBe(1);
    expect(output).toContain('/tls/server');
  });

  it('answers over mutual TLS and drains when it is told to end', async () => {
    const dir = await mkdtemp(join(packages.dir, 'pod-'));
    await using pod = await startPod(dir, { inside: [9443, 8080] });
    const certificates = join(dir, 'tls');
    await writeCertificates(certificates);
    await using function_ = await startContainer({
      rootfs,
      args: program,
      env: { TLS_SERVER_CERTS_DIR: '/tls/server' },
      mounts: { '/tls/server': certificates },
      network: pod.pid,
    });
    const response = await until('the function answers', () => ask(pod, 'client'), { seconds: 20 });
    expect(response.results.filter(({ severity }) => severity === Severity.SEVERITY_FATAL)).toEqual([]);
    // The first call of a claim: nothing is drawn or taken over before the live look, so what stands there is asked for.
    expect(Object.keys(response.requirements?.resources ?? {}).toSorted()).toEqual([
      'authority',
      'cluster',
      'conn',
      'platform',
    ]);
    await expect(ask(pod, 'stranger')).rejects.toThrow('UNAVAILABLE');

    const ended = await function_.ended('SIGTERM');
    expect(ended.code).toBe(0);
    expect(ended.output).toContain('"trust":"mutual-tls"');
  });
});

/** What a kubelet mounts of the Secret that Crossplane makes for a function: for whatever user the container has. */
async function writeCertificates(folder: string): Promise<void> {
  const { certificate, key } = signed(ours, { commonName: 'function', dns: ['function'], use: 'server' });
  await mkdir(folder, { recursive: true });
  const files = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': ours.certificate };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

/** One RunFunction through the door of the pod, by core's certificate or by one of another authority. */
async function ask(pod: Pod, who: 'client' | 'stranger'): Promise<RunFunctionResponse> {
  const issuer = who === 'client' ? ours : authority('Elsewhere');
  const { certificate, key } = signed(issuer, { commonName: 'Crossplane', use: 'client' });
  const as = credentials.createSsl(Buffer.from(ours.certificate), Buffer.from(key), Buffer.from(certificate));
  const example = join(import.meta.dirname, '../../examples/postgres-instance/minimal.yaml');
  const claim = load(await readFile(example, 'utf8')) as JsonObject;
  const request = encodeRequest({ observed: { composite: { resource: claim } } });
  return RunFunctionResponse.decode(await callOnce(`unix:${pod.door(9443)}`, request, { as }));
}
