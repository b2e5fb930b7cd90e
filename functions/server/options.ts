import type { Flags, GivenFlags } from '../../command-line/flag.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { releasedWorkerImage } from '../worker-image.ts';

/** How clients are known: by certificates of the authority in this directory, or not at all. */
export type Trust =
  { readonly kind: 'mutual-tls'; readonly directory: string } | { readonly kind: 'insecure' };

export interface Address {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

export interface Options {
  readonly address: Address;
  readonly trust: Trust;
  readonly debug: boolean;
  readonly maxMessageBytes: number;
  /** Null serves no metrics. */
  readonly metricsAddress: Address | null;
  /** Image of the workers whose claim names none. */
  readonly workerImage: string;
  /** Null keeps connections for good. */
  readonly maxConnectionAgeSeconds: number | null;
}

/** Flags of Crossplane's own SDKs keep their names. */
export const serveFlags = {
  address: {
    value: 'HOST:PORT',
    help: 'Where to serve gRPC. Default: [::]:9443; with --insecure 127.0.0.1:9443.',
    read: readAddress,
  },
  'tls-server-certs-dir': {
    value: 'DIR',
    help: 'Has ca.crt, tls.crt and tls.key. Default: $TLS_SERVER_CERTS_DIR, or else /tls/server.',
  },
  insecure: { help: 'Serve anyone in plain text: for rendering on one machine.' },
  debug: { short: 'd', help: 'Log more.' },
  'metrics-address': {
    value: 'HOST:PORT',
    help: "Where to serve /metrics and /healthz over HTTP; '' for nowhere. Default: [::]:8080; nowhere with --insecure.",
    read: (text: string) => (text === '' ? null : readAddress(text)),
  },
  'max-message-size': {
    value: 'MIB',
    otherwise: '8',
    help: 'The largest request accepted.',
    read: wholeNumber(1),
  },
  'worker-image': {
    value: 'IMAGE',
    otherwise: releasedWorkerImage,
    help: 'The worker of claims that name none: give it where that is in a registry of your own.',
  },
  'max-connection-age': {
    value: 'SECONDS',
    otherwise: '600',
    help: 'When clients are asked to connect anew, and find new replicas; 0 for never.',
    read: wholeNumber(),
  },
} as const satisfies Flags;

/** What the flags come to, where `TLS_SERVER_CERTS_DIR` is as Crossplane sets it. */
export function optionsFrom(
  flags: GivenFlags<typeof serveFlags>,
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const { insecure, debug } = flags;
  const directory = flags['tls-server-certs-dir'] || environment['TLS_SERVER_CERTS_DIR'] || '/tls/server';
  const metricsAddress = insecure ? null : { host: '::', port: 8080 };
  const age = flags['max-connection-age'];
  return {
    // Whoever serves everybody in plain text means this machine, unless they say otherwise.
    address: flags.address ?? { host: insecure ? '127.0.0.1' : '::', port: 9443 },
    trust: insecure ? { kind: 'insecure' } : { kind: 'mutual-tls', directory },
    debug,
    maxMessageBytes: flags['max-message-size'] * 1024 * 1024,
    metricsAddress: flags['metrics-address'] === undefined ? metricsAddress : flags['metrics-address'],
    workerImage: flags['worker-image'],
    maxConnectionAgeSeconds: age === 0 ? null : age,
  };
}

/** A port alone means all addresses of the machine, as in Go. */
function readAddress(given: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(given) ?? [];
  const port = Number(digits ?? NaN);
  if (port <= 65535) return { host: bracketed ?? (plain || '::'), port };
  throw new Error(`expected HOST:PORT such as 127.0.0.1:9443 or [::]:9443, got "${given}"`);
}
