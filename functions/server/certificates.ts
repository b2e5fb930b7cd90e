import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Log } from './log.ts';

/** The three files as Crossplane's package manager mounts them. */
const files = { ca: 'ca.crt', cert: 'tls.crt', key: 'tls.key' } as const;

export interface Certificates {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/**
 * Reads certificates that can serve: all three are there and the key is the certificate's own.
 * @throws an Error that names the directory and everything that is wrong with it
 */
export async function readCertificates(directory: string): Promise<Certificates> {
  const problems: string[] = [];
  const read = async (file: string, check: (content: Buffer) => unknown) => {
    try {
      const content = await readFile(join(directory, file));
      check(content);
      return content;
    } catch (error) {
      problems.push(isMissing(error) ? `${file} is missing` : `${file}: ${reason(error)}`);
      return Buffer.alloc(0);
    }
  };
  const ca = await read(files.ca, (content) => new X509Certificate(content));
  const cert = await read(files.cert, (content) => new X509Certificate(content));
  const key = await read(files.key, (content) => createPrivateKey(content));
  if (problems.length === 0 && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
    problems.push(`${files.key} is not the key of ${files.cert}`);
  if (problems.length === 0) return { ca, cert, key };
  throw new Error(`cannot use the certificates in ${directory}: ${problems.join('; ')}`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Looks for changed files every so often, since a volume of Kubernetes changes by a renamed link that file
 * watching misses. Files that do not fit together, as in the middle of a change, are left for the next look.
 * Answers a function that stops it.
 */
export function keepFresh(
  server: { replaceCertificates(certificates: Certificates): void },
  directory: string,
  first: Certificates,
  log: Log,
  everyMs = 10_000,
): () => void {
  let current = first;
  const look = async () => {
    try {
      const next = await readCertificates(directory);
      if (same(next, current)) return;
      server.replaceCertificates(next);
      current = next;
      log.info({ validTo: new X509Certificate(next.cert).validTo }, 'certificates replaced');
    } catch (error) {
      log.warn({ reason: reason(error) }, 'certificates kept');
    }
  };
  let stopped = false;
  const keepLooking = async () => {
    while (!stopped) {
      await setTimeout(everyMs, undefined, { ref: false });
      await look();
    }
  };
  void keepLooking();
  return () => {
    stopped = true;
  };
}

function same(one: Certificates, other: Certificates): boolean {
  return one.ca.equals(other.ca) && one.cert.equals(other.cert) && one.key.equals(other.key);
}
