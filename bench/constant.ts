import { Server, ServerCredentials } from '@grpc/grpc-js';
import { main } from '../command-line/main.ts';
import { functionProgram } from '../functions/program.ts';
import { Metrics, serveMetrics } from '../functions/server/metrics.ts';
import type { Options } from '../functions/server/options.ts';
import { rawMessages } from '../functions/wire/raw-messages.ts';
import { runFunctionPaths } from '../functions/wire/sdk.ts';

// What gRPC alone costs: nothing is read, and every answer is the same bytes.

const answer = Buffer.alloc(4096, 'x');

async function serve({ address, metricsAddress, maxMessageBytes }: Options): Promise<void> {
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.enable_channelz': 0,
  });
  const runFunction = {
    path: runFunctionPaths[0],
    requestStream: false,
    responseStream: false,
    ...rawMessages,
  };
  server.addService(
    { runFunction },
    { runFunction: (_: unknown, reply: (error: null, bytes: Buffer) => void) => reply(null, answer) },
  );
  if (metricsAddress !== null) await serveMetrics(metricsAddress, new Metrics(), () => true);
  server.bindAsync(`${address.host}:${address.port}`, ServerCredentials.createInsecure(), () => {});
}

void main(functionProgram(serve));
