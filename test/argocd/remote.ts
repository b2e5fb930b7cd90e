import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { authority, signed } from '../tools/certificates.ts';
import { freePorts } from '../tools/ports.ts';

/** Where repositories and charts are fetched from, over HTTPS on loopback. */
export interface Remote extends AsyncDisposable {
  readonly url: string;
  /** PEM of the authority of its certificate. */
  readonly ca: string;
}

/** Credentials that private repositories ask for. */
export interface Login {
  readonly username: string;
  readonly token: string;
}

/**
 * Serves the bare repositories of a folder by Git's own program, and the charts in `charts/` as files.
 *
 * @param isPrivate whether the repository of this path wants the login
 */
export async function startRemote(
  dir: string,
  login: Login,
  isPrivate: (path: string) => boolean,
): Promise<Remote> {
  const ca = authority('remote');
  const { certificate: cert, key } = signed(ca, { commonName: 'remote', ip: ['127.0.0.1'] });
  const [port = 0] = await freePorts(1);
  const expected = `Basic ${Buffer.from(`${login.username}:${login.token}`).toString('base64')}`;
  const server = createServer({ cert, key }, (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'https://remote');
    const [repository = ''] = /^.*?\.git(?=\/)/.exec(pathname) ?? [];
    if (repository !== '' && isPrivate(repository) && request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="repository"' }).end();
      return;
    }
    const answer =
      repository === '' ? file(join(dir, pathname), response) : git(dir, pathname, search, request, response);
    answer.catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${port}`,
    ca: ca.certificate,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function file(path: string, response: ServerResponse): Promise<void> {
  const content = await readFile(path).catch(() => undefined);
  if (content === undefined) response.writeHead(404).end();
  else response.end(content);
}

/** One request, answered by `git http-backend` by the rules of CGI. https://git-scm.com/docs/git-http-backend */
async function git(
  dir: string,
  path: string,
  search: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const env = {
    ...process.env,
    GIT_PROJECT_ROOT: dir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
  };
  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  const output = Buffer.concat(chunks);
  const end = output.indexOf('\r\n\r\n');
  const headers = output.subarray(0, end).toString().split('\r\n');
  for (const header of headers) {
    const [name = '', value = ''] = header.split(': ', 2);
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
}
