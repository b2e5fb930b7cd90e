import { join } from 'node:path';
import { Api } from './api.ts';
import type { Draft } from './api.ts';
import { freePorts } from '../tools/ports.ts';
import type { ControlPlane } from './control-plane.ts';
import { rootAuthority, writeFunctionCertificates } from './crossplane.ts';
import { start } from './keep.ts';
import type { Command } from './keep.ts';

/** The function of the checkout, as a process that core calls over mutual TLS. */
export interface FunctionServer {
  readonly command: Command;
  readonly port: number;
  /** Its certificate, key and trusted authority, as a pod has them mounted. */
  readonly certificates: string;
}

/** Which function, and under which name Compositions call it. */
interface Started {
  readonly name: string;
  /** Its program. */
  readonly main: string;
}

/** That of the checkout, under the name that the Compositions of the package call. */
const ours: Started = {
  name: 'bizmatters-function-zerotouch',
  main: join(import.meta.dirname, '..', '..', 'functions', 'main.ts'),
};
const image = 'ghcr.io/bizmatters/function-zerotouch:v0.0.0';

/**
 * A Function and its revision as the package manager would have left them. Both are paused, so that it does not look
 * for the package; core needs no more of them than the address.
 */
async function register(api: Api, name: string, endpoint: string): Promise<void> {
  const annotations = { 'crossplane.io/paused': 'true' };
  const revision: Draft = {
    apiVersion: 'pkg.crossplane.io/v1',
    kind: 'FunctionRevision',
    metadata: { name: `${name}-0`, annotations, labels: { 'pkg.crossplane.io/package': name } },
    spec: { image, revision: 1, desiredState: 'Active' },
  };
  await api.apply({
    apiVersion: 'pkg.crossplane.io/v1',
    kind: 'Function',
    metadata: { name, annotations },
    spec: { package: image },
  });
  await api.apply(revision);
  await api.patch(revision, { status: { endpoint, capabilities: ['composition'] } }, 'status');
}

/** Starts a function and makes it known to core. */
export async function startFunction(
  plane: ControlPlane,
  { name, main }: Started = ours,
): Promise<FunctionServer> {
  const api = new Api(plane.access.admin);
  // The one of the checkout is killed and started again by its short name.
  const short = name === ours.name ? 'function' : name;
  const certificates = join(plane.dir, `${short}-tls`);
  await writeFunctionCertificates(certificates, await rootAuthority(api));
  const [port = 0, metrics] = await freePorts(2);
  const address = `127.0.0.1:${port}`;
  const command = {
    file: process.execPath,
    args: [
      main,
      '--address',
      address,
      '--metrics-address',
      `127.0.0.1:${metrics}`,
      '--tls-server-certs-dir',
      certificates,
      // A hundredth of the default, so that every run sees core connect anew, again and again.
      '--max-connection-age',
      '6',
    ],
  };
  await start(plane.dir, short, command);
  await register(api, name, address);
  return { command, port, certificates };
}
