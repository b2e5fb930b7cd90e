import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { authority, signed } from '../tools/certificates.ts';

/** The hosts that the repositories name: those of repositories, files and charts. */
export const hosts = [
  'github.com',
  'raw.githubusercontent.com',
  'charts.crossplane.io',
  'charts.external-secrets.io',
  'cloudnative-pg.github.io',
  'kedacore.github.io',
  'nats-io.github.io',
] as const;

/** Where they are when nobody else has to reach them: a part of loopback that is nobody's. */
const loopback = '127.0.97.44';

/** All of these hosts, for whoever looks them up and knows their authority by this. */
export interface Remote extends AsyncDisposable {
  /** A file in place of /etc/hosts. */
  readonly hosts: string;
  /** The certificate of their authority. */
  readonly authority: string;
  /** Variables by which Git and programs in Go accept the certificate of these hosts, and no other. */
  readonly trust: Readonly<Record<string, string>>;
}

/** Credentials that private repositories ask for. */
export interface Login {
  readonly username: string;
  readonly token: string;
}

/** `/OWNER/NAME` of a request of Git's, with and without the ending. */
const repositoryPath = /^(\/[^/]+\/[^/]+?)(?:\.git)?(?=\/(?:info\/refs|git-(?:upload|receive)-pack)$)/;

/**
 * Serves the bare repositories below `github.com/` of a folder by Git's own program, and what is below the names of the other hosts
 * as files.
 *
 * @param isPrivate whether the repository of this path wants the login to be read; to be written to, all do
 * @param address of this machine, where they listen
 */
export async function startRemote(
  dir: string,
  login: Login,
  isPrivate: (path: string) => boolean,
  address = loopback,
): Promise<Remote> {
  const ca = authority('remote');
  const { certificate: cert, key } = signed(ca, { commonName: 'remote', dns: hosts });
  const expected = `Basic ${Buffer.from(`${login.username}:${login.token}`).toString('base64')}`;
  const server = createServer({ cert, key }, (request, response) => {
    const host = request.headers.host ?? '';
    const url = new URL(request.url ?? '/', `https://${host}`);
    const [, repository] = (host === 'github.com' && repositoryPath.exec(url.pathname)) || [];
    const user = request.headers.authorization === expected ? login.username : '';
    const writes = url.href.includes('git-receive-pack');
    if (repository !== undefined && user === '' && (writes || isPrivate(repository))) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="repository"' }).end();
      return;
    }
    const answer =
      repository === undefined
        ? file(join(dir, host, url.pathname), response)
        : git(join(dir, host), repository, { url, user, request, response });
    answer.catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(443, address);
  await once(server, 'listening');
  const files = { hosts: join(dir, 'hosts'), ca: join(dir, 'ca.pem') };
  await writeFile(
    files.hosts,
    `127.0.0.1 localhost\n${hosts.map((host) => `${address} ${host}\n`).join('')}`,
  );
  await writeFile(files.ca, ca.certificate);
  return {
    hosts: files.hosts,
    authority: ca.certificate,
    trust: { SSL_CERT_FILE: files.ca, GIT_SSL_CAINFO: files.ca },
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

interface Call {
  readonly url: URL;
  /** Who has logged in; empty for nobody. */
  readonly user: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** One request, answered by `git http-backend` by the rules of CGI. https://git-scm.com/docs/git-http-backend */
async function git(dir: string, repository: string, { url, user, request, response }: Call): Promise<void> {
  const env = {
    ...process.env,
    GIT_PROJECT_ROOT: dir,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: url.pathname.replace(repositoryPath, `${repository}.git`),
    QUERY_STRING: url.search.slice(1),
    // Git lets those write who are somebody.
    ...(user !== '' && { REMOTE_USER: user }),
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
