import { parseArgs } from 'node:util';

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
  /** Null keeps connections for good. */
  readonly maxConnectionAgeSeconds: number | null;
}

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'serve'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'mistaken'; readonly problems: readonly string[] };

/** `value` is what stands for the flag's value in the help. Flags of Crossplane's own SDKs keep their names. */
const flags = {
  address: { type: 'string', default: '[::]:9443', value: 'HOST:PORT', help: 'Where to serve gRPC.' },
  'tls-server-certs-dir': {
    type: 'string',
    value: 'DIR',
    help: 'Has ca.crt, tls.crt and tls.key. Default $TLS_SERVER_CERTS_DIR, or else /tls/server.',
  },
  insecure: { type: 'boolean', help: 'Serve anyone in plain text: for rendering on one machine.' },
  debug: { type: 'boolean', short: 'd', help: 'Log more.' },
  'metrics-address': {
    type: 'string',
    value: 'HOST:PORT',
    help: "Where to serve /metrics and /healthz over HTTP; '' for nowhere. Default [::]:8080; nowhere with --insecure.",
  },
  'max-message-size': { type: 'string', default: '64', value: 'MIB', help: 'The largest request accepted.' },
  'max-connection-age': {
    type: 'string',
    default: '600',
    value: 'SECONDS',
    help: 'When clients are asked to connect anew, and find new replicas; 0 for never.',
  },
  help: { type: 'boolean', short: 'h', help: 'Show this.' },
  version: { type: 'boolean', help: 'Show the version.' },
} as const;

/** All problems of a command line at once, or what it asks for. */
export function parseCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Command {
  const values = parseFlags(args);
  if (values instanceof Error) return { kind: 'mistaken', problems: [values.message] };
  if (values.help === true) return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };

  const problems: string[] = [];
  const directory = values['tls-server-certs-dir'] || environment.TLS_SERVER_CERTS_DIR || '/tls/server';
  const metrics = values['metrics-address'] ?? (values.insecure === true ? '' : '[::]:8080');
  const age = parseWhole('max-connection-age', values['max-connection-age'], 0, problems);
  const options: Options = {
    address: parseAddress('address', values.address, problems),
    trust: values.insecure === true ? { kind: 'insecure' } : { kind: 'mutual-tls', directory },
    debug: values.debug === true,
    maxMessageBytes: parseWhole('max-message-size', values['max-message-size'], 1, problems) * 1024 * 1024,
    metricsAddress: metrics === '' ? null : parseAddress('metrics-address', metrics, problems),
    maxConnectionAgeSeconds: age === 0 ? null : age,
  };
  return problems.length > 0 ? { kind: 'mistaken', problems } : { kind: 'serve', options };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A port alone means all addresses of the machine, as in Go. */
function parseAddress(flag: string, given: string, problems: string[]): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(given) ?? [];
  const port = Number(digits ?? NaN);
  if (port <= 65535) return { host: bracketed ?? (plain || '::'), port };
  problems.push(`--${flag}: expected HOST:PORT such as 127.0.0.1:9443 or [::]:9443, got "${given}"`);
  return { host: '', port: 0 };
}

function parseWhole(flag: string, given: string, atLeast: number, problems: string[]): number {
  const number = Number(given);
  // A thousand times as many still fit a timer's 31 bits, and a million times as many a size.
  if (/^\d{1,6}$/.test(given) && number >= atLeast) return number;
  problems.push(`--${flag}: expected a whole number from ${atLeast} to 999999, got "${given}"`);
  return atLeast;
}

export function helpText(): string {
  const lines = Object.entries<{ short?: string; value?: string; default?: string; help: string }>(flags).map(
    ([name, { short, value, default: standard, help }]) => {
      const names = `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
      return `  ${names.padEnd(36)}${help}${standard === undefined ? '' : ` Default ${standard}.`}`;
    },
  );
  return ['Serves the composition function to Crossplane over gRPC.', '', 'Flags:', ...lines].join('\n');
}
