import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { ServiceDefinition } from '@grpc/grpc-js';
import type { Certificates } from './certificates.ts';
import { Health, healthService } from './health.ts';
import { watchCalls } from './in-flight.ts';
import { closed, listen } from './listen.ts';
import { MutualTls } from './mutual-tls.ts';
import type { Address } from './options.ts';
import { rawMessages } from '../wire/raw-messages.ts';
import { runFunctionHandler } from './run-function.ts';
import type { Runner } from './run-function.ts';
import { runFunctionPaths } from '../wire/sdk.ts';

export interface ServerSettings extends Runner {
  readonly address: Address;
  /** Null serves anyone, in plain text. */
  readonly certificates: Certificates | null;
  readonly maxMessageBytes: number;
  readonly maxConnectionAgeSeconds: number | null;
}

export interface RunningServer {
  readonly port: number;
  /** New connections get these; without certificates to begin with nothing happens. */
  replaceCertificates(certificates: Certificates): void;
  /** Takes no more calls, and waits so long for those under way. Answers whether they all ended by themselves. */
  stop(graceMs: number): Promise<boolean>;
}

/** @throws an Error that says why the address cannot be listened on */
export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  const { maxMessageBytes, maxConnectionAgeSeconds: age, observer } = settings;
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    // Figures for an admin service that nobody starts.
    'grpc.enable_channelz': 0,
    interceptors: [
      watchCalls(
        () => observer.begun(),
        () => observer.over(),
      ),
    ],
    ...(age === null
      ? {}
      : { 'grpc.max_connection_age_ms': age * 1000, 'grpc.max_connection_age_grace_ms': 30_000 }),
  });
  const health = addServices(server, settings);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = listenerFor(injector, settings);
  const port = await listener.listen(settings.address);
  return {
    port,
    replaceCertificates: (certificates) => listener.replace(certificates),
    stop: (graceMs) => {
      health.drain();
      return drain(injector, listener, graceMs);
    },
  };
}

function addServices(server: Server, settings: ServerSettings): Health {
  for (const path of runFunctionPaths) {
    const runFunction = { path, requestStream: false, responseStream: false, ...rawMessages } as const;
    server.addService({ runFunction } satisfies ServiceDefinition, {
      runFunction: runFunctionHandler(settings),
    });
  }
  const health = new Health(runFunctionPaths.map((path) => path.split('/')[1] ?? ''));
  server.addService(healthService, { check: health.check, watch: health.watch });
  return health;
}

type ConnectionInjector = ReturnType<Server['createConnectionInjector']>;

interface Listener {
  listen(address: Address): Promise<number>;
  replace(certificates: Certificates): void;
  close(): Promise<void>;
}

/** Who connects is judged before gRPC sees it, which then takes every connection for a plain one. */
function listenerFor(injector: ConnectionInjector, { certificates, log }: ServerSettings): Listener {
  const accept = (connection: Socket) => injector.injectConnection(connection);
  if (certificates !== null)
    return new MutualTls(certificates, accept, (refusal) => log.warn(refusal, 'connection refused'));
  const plain = createServer(accept);
  return {
    listen: (address) => listen(plain, address),
    replace: () => {},
    close: () => closed(plain),
  };
}

/** Asks the clients to go, and after the grace makes them. Answers whether all went by themselves. */
async function drain(injector: ConnectionInjector, listener: Listener, graceMs: number): Promise<boolean> {
  const gone = listener.close().then(() => true);
  injector.drain(graceMs);
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), graceMs);
  const inTime = await Promise.race([gone, late]);
  clearTimeout(timer);
  return inTime;
}
