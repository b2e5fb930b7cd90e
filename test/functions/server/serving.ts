import { Client, credentials } from '@grpc/grpc-js';
import type { ChannelCredentials, ServiceError } from '@grpc/grpc-js';
import type { Answer } from '../../../functions/server/answer.ts';
import { answer } from '../../../functions/server/answer.ts';
import type { Certificates } from '../../../functions/server/certificates.ts';
import { openLog } from '../../../functions/server/log.ts';
import { kinds } from '../../../functions/kinds/registry.ts';
import type { Call } from '../../../functions/server/run-function.ts';
import { runFunctionPaths } from '../../../functions/wire/sdk.ts';
import { startServer } from '../../../functions/server/server.ts';
import type { RunningServer, ServerSettings } from '../../../functions/server/server.ts';

/** Our server in this process, with what it logged and counted. */
export interface Serving {
  readonly server: RunningServer;
  readonly address: string;
  /** Whole lines, as they would be on standard output. */
  readonly lines: string[];
  readonly calls: Call[];
  readonly inFlight: () => number;
}

export const drawnPassword = 'drawn-password';

function answerAll(request: Buffer): Answer {
  return answer(kinds, request, {
    randomPassword: () => drawnPassword,
    digest: () => 'digest',
    workerImage: 'worker:v1',
  });
}

export async function serving(
  certificates: Certificates | null = null,
  settings: Partial<ServerSettings> = {},
): Promise<Serving> {
  const lines: string[] = [];
  let inFlight = 0;
  const calls: Call[] = [];
  const server = await startServer({
    address: { host: '127.0.0.1', port: 0 },
    certificates,
    maxMessageBytes: 8 * 1024 * 1024,
    maxConnectionAgeSeconds: null,
    run: answerAll,
    log: openLog(true, { write: (line) => void lines.push(line) }),
    observer: {
      begun: () => inFlight++,
      answered: (call) => calls.push(call),
      over: () => inFlight--,
    },
    ...settings,
  });
  return { server, address: `127.0.0.1:${server.port}`, lines, calls, inFlight: () => inFlight };
}

export const runFunction = runFunctionPaths[0];

/** One call over a connection of its own. Rejects with a ServiceError. */
export async function callOnce(
  address: string,
  request: Buffer,
  { path = runFunction as string, as = credentials.createInsecure() } = {},
): Promise<Buffer> {
  const client = connect(address, as);
  try {
    return await call(client, request, path);
  } finally {
    client.close();
  }
}

export function connect(address: string, as: ChannelCredentials = credentials.createInsecure()): Client {
  return new Client(address, as, {
    'grpc.max_receive_message_length': -1,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.ssl_target_name_override': 'function',
  });
}

export function call(client: Client, request: Buffer, path: string = runFunction): Promise<Buffer> {
  const asItIs = (bytes: Buffer) => bytes;
  const deadline = Date.now() + 20_000;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      asItIs,
      asItIs,
      request,
      { deadline },
      (error: ServiceError | null, response) => {
        if (error === null && response !== undefined) resolve(response);
        else reject(error ?? new Error('no answer'));
      },
    );
  });
}
