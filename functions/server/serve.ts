import { hash, randomBytes } from 'node:crypto';
import { answer } from './answer.ts';
import { keepFresh, readCertificates } from './certificates.ts';
import type { Kind, World } from '../composition/contract.ts';
import type { Log } from './log.ts';
import { openLog } from './log.ts';
import { Metrics, serveMetrics } from './metrics.ts';
import type { Options } from './options.ts';
import type { RunningServer } from './server.ts';
import { startServer } from './server.ts';

/** Under the 30 s that Kubernetes gives a pod to end. */
const graceMs = 20_000;

function worldWith({ workerImage }: Options): World {
  return {
    randomPassword: () => randomBytes(32).toString('base64url'),
    digest: (text) => hash('sha256', text),
    workerImage,
  };
}

/** Serves these kinds until a signal ends it. The process ends with 1 when it cannot, or could not drain. */
export async function serve(options: Options, kinds: readonly Kind[], version: string): Promise<void> {
  const log = openLog(options.debug);
  try {
    const { address, trust } = options;
    const certificates = trust.kind === 'insecure' ? null : await readCertificates(trust.directory);
    const metrics = new Metrics();
    const world = worldWith(options);
    const server = await startServer({
      address,
      certificates,
      maxMessageBytes: options.maxMessageBytes,
      maxConnectionAgeSeconds: options.maxConnectionAgeSeconds,
      run: (request) => answer(kinds, request, world),
      log,
      observer: metrics,
    });
    if (trust.kind === 'mutual-tls' && certificates !== null)
      keepFresh(server, trust.directory, certificates, log);
    const ending = endOnSignal(server, log);
    const metricsPort =
      options.metricsAddress === null
        ? undefined
        : await serveMetrics(options.metricsAddress, metrics, () => !ending.aborted);
    const { host } = address;
    log.info({ host, port: server.port, metricsPort, trust: trust.kind, version }, 'serving');
  } catch (error) {
    log.fatal({ reason: error instanceof Error ? error.message : String(error) }, 'cannot serve');
    process.exit(1);
  }
}

/** The first signal drains, a second one ends at once. Answers a signal that is aborted when the end has begun. */
function endOnSignal(server: RunningServer, log: Log): AbortSignal {
  const ending = new AbortController();
  const end = async (signal: NodeJS.Signals) => {
    if (ending.signal.aborted) process.exit(1);
    ending.abort();
    log.info({ signal }, 'draining');
    const drained = await server.stop(graceMs);
    log.info({ drained }, 'ended');
    process.exit(drained ? 0 : 1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal));
  return ending.signal;
}
