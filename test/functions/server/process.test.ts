import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { authority, signed } from '../../tools/certificates.ts';
import { claim } from '../call.ts';
import { callOnce } from './serving.ts';
import { encodeRequest } from '../wire/wire.ts';

const request = encodeRequest({ observed: { composite: { resource: claim('DragonflyInstance') } } });

/** The program as `npm start` runs it. */
interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
}

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

function start(args: readonly string[], environment: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, ['functions/main.ts', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
  });
  started.push(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  return { child, output: () => output };
}

/** The ports from the line that says so. */
async function serves({ output }: Program): Promise<{ port: number; metricsPort: number }> {
  await expect.poll(output, { timeout: 20_000 }).toContain('"msg":"serving"');
  const line = output()
    .split('\n')
    .find((each) => each.includes('"msg":"serving"'));
  return JSON.parse(line ?? '{}') as { port: number; metricsPort: number };
}

async function exitCode({ child }: Program): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
}

describe('the program', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('serves until %s, and ends with 0', async (signal) => {
    const program = start(['--insecure', '--address', '127.0.0.1:0']);
    const { port } = await serves(program);
    await expect(callOnce(`127.0.0.1:${port}`, request)).resolves.toBeDefined();
    program.child.kill(signal);
    expect(await exitCode(program)).toBe(0);
    expect(program.output()).toContain('"msg":"RunFunction"');
    expect(program.output()).toContain('"drained":true');
  });

  test('shows its help and its version', async () => {
    const help = start(['--help']);
    expect(await exitCode(help)).toBe(0);
    expect(help.output()).toContain('--tls-server-certs-dir DIR');
    const version = start(['--version']);
    expect(await exitCode(version)).toBe(0);
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('says everything that is wrong with its flags, and ends with 2', async () => {
    const program = start(['--address', '9443', '--max-message-size', 'much']);
    expect(await exitCode(program)).toBe(2);
    expect(program.output()).toContain('--address: expected HOST:PORT');
    expect(program.output()).toContain('--max-message-size: expected a whole number');
  });

  test('does not start without certificates, and ends with 1', async () => {
    const program = start(['--tls-server-certs-dir', '/nowhere']);
    expect(await exitCode(program)).toBe(1);
    expect(program.output()).toContain('cannot use the certificates in /nowhere');
  });
});

describe('when the address is taken', () => {
  let other: Server;
  let address: string;
  beforeAll(async () => {
    other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  });
  afterAll(() => other.close());

  test.each([
    { reason: 'of gRPC', args: () => ['--insecure', '--address', address] },
    {
      reason: 'of the metrics',
      args: () => ['--insecure', '--address', '127.0.0.1:0', '--metrics-address', address],
    },
  ])('ends with 1: $reason', async ({ args }) => {
    const program = start(args());
    expect(await exitCode(program)).toBe(1);
    expect(program.output()).toContain(`cannot serve on ${address}: listen EADDRINUSE`);
  });
});

describe('with certificates from the environment', () => {
  let directory: string;
  const root = authority('Crossplane');
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'certificates-'));
    const own = signed(root, { commonName: 'function', dns: ['function'] });
    await writeFile(join(directory, 'ca.crt'), root.certificate);
    await writeFile(join(directory, 'tls.crt'), own.certificate);
    await writeFile(join(directory, 'tls.key'), own.key);
  });
  afterAll(() => rm(directory, { recursive: true }));

  test('answers core, and the kubelet on the other port', async () => {
    const program = start(['--address', '127.0.0.1:0', '--metrics-address', '127.0.0.1:0'], {
      TLS_SERVER_CERTS_DIR: directory,
    });
    const { port, metricsPort } = await serves(program);
    const core = signed(root, { commonName: 'Crossplane', use: 'client' });
    const as = credentials.createSsl(
      Buffer.from(root.certificate),
      Buffer.from(core.key),
      Buffer.from(core.certificate),
    );
    await expect(callOnce(`127.0.0.1:${port}`, request, { as })).resolves.toBeDefined();
    await expect(callOnce(`127.0.0.1:${port}`, Buffer.from([1]), { as })).rejects.toThrow('INVALID_ARGUMENT');

    const health = await fetch(`http://127.0.0.1:${metricsPort}/healthz`);
    expect([health.status, await health.text()]).toEqual([200, 'ok\n']);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    for (const line of [
      'function_calls_total{kind="DragonflyInstance",outcome="composed"} 1',
      'function_calls_total{kind="other",outcome="malformed"} 1',
      'function_call_duration_seconds_count{kind="DragonflyInstance"} 1',
      'function_calls_in_flight 0',
    ])
      expect(metrics).toContain(line);
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'])
      expect(metrics).toMatch(new RegExp(`^${name} `, 'm'));
    expect((await fetch(`http://127.0.0.1:${metricsPort}/other`)).status).toBe(404);
  });
});
