import type { ServerUnaryCall, ServerWritableStream, ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { rawMessages } from '../wire/raw-messages.ts';
import { decodeEntry } from '../wire/request.ts';
import { WireWriter } from '../wire/writer.ts';

/** The standard health service: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export const healthService = {
  check: {
    path: '/grpc.health.v1.Health/Check',
    requestStream: false,
    responseStream: false,
    ...rawMessages,
  },
  watch: { path: '/grpc.health.v1.Health/Watch', requestStream: false, responseStream: true, ...rawMessages },
} as const satisfies ServiceDefinition;

const serving = { SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;

/** Answers for the server as a whole and for each service that it has, which live and end together. */
export class Health {
  readonly #services: ReadonlySet<string>;
  readonly #watchers = new Set<ServerWritableStream<Buffer, Buffer>>();
  #draining = false;

  constructor(services: readonly string[]) {
    this.#services = new Set(['', ...services]);
  }

  readonly check = (call: ServerUnaryCall<Buffer, Buffer>, reply: sendUnaryData<Buffer>): void => {
    const health = this.#of(call.request);
    if (health === serving.SERVICE_UNKNOWN) reply({ code: status.NOT_FOUND, details: 'unknown service' });
    else reply(null, encodeStatus(health));
  };

  readonly watch = (call: ServerWritableStream<Buffer, Buffer>): void => {
    call.write(encodeStatus(this.#of(call.request)));
    if (this.#draining) {
      call.end();
      return;
    }
    this.#watchers.add(call);
    call.on('cancelled', () => this.#watchers.delete(call));
  };

  /** Tells those who watch, and lets go of them: an open call would hold up the end of the server. */
  drain(): void {
    this.#draining = true;
    for (const watcher of this.#watchers) {
      watcher.write(encodeStatus(serving.NOT_SERVING));
      watcher.end();
    }
    this.#watchers.clear();
  }

  #of(request: Buffer): number {
    // A request is a message with a name as its first field, like the entry of a map.
    const [service] = decodeEntry(request);
    if (!this.#services.has(service)) return serving.SERVICE_UNKNOWN;
    return this.#draining ? serving.NOT_SERVING : serving.SERVING;
  }
}

function encodeStatus(health: number): Buffer {
  const writer = new WireWriter();
  writer.number(1, health);
  return writer.finish();
}
