import { connect } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { runFunctionPaths } from '../functions/wire/sdk.ts';

const headers = {
  ':method': 'POST',
  ':path': runFunctionPaths[0],
  'content-type': 'application/grpc',
  te: 'trailers',
};

/**
 * A gRPC client over one connection, as core has one for each function. On HTTP/2 alone, so that what is measured
 * is the server and as little else as can be.
 */
export class Caller {
  readonly #session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  static connect(port: number): Promise<Caller> {
    const session = connect(`http://127.0.0.1:${port}`, { maxSessionMemory: 1000 });
    return new Promise((resolve, reject) => {
      session.once('error', reject);
      session.once('connect', () => resolve(new Caller(session)));
    });
  }

  /** Answers the response message. Rejects when the call did not end with OK. */
  call(request: Buffer): Promise<Buffer> {
    const framed = Buffer.allocUnsafe(5 + request.length);
    framed.writeUInt8(0, 0);
    framed.writeUInt32BE(request.length, 1);
    request.copy(framed, 5);
    return new Promise((resolve, reject) => {
      const stream = this.#session.request(headers);
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('trailers', (trailers: IncomingHttpHeaders) => {
        if (trailers['grpc-status'] === '0') resolve(Buffer.concat(chunks).subarray(5));
        else reject(new Error(`call failed: ${String(trailers['grpc-message'])}`));
      });
      stream.on('error', reject);
      stream.end(framed);
    });
  }

  close(): void {
    this.#session.close();
  }
}
