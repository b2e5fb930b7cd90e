/**
 * Which addresses definitions may name: `https://tools.example.com/*`, `https://*.example.com/*`, `http://tools:8080/mcp`. A
 * `*` stands for any text of its part: of the host, the port or the path. A pattern that names its host in full also vouches
 * for where the host is; one with a `*` in it never leads to a private address.
 */
export interface AddressPattern {
  readonly scheme: string;
  readonly host: string;
  /** Empty for the scheme's own. */
  readonly port: string;
  readonly path: string;
}

/** How an address may be called. */
export type Permission = 'refused' | 'public' | 'anywhere';

const PATTERN = /^(https?):\/\/(\[[0-9a-f:.*]+\]|[^/:?#@\s]+)(?::(\d{1,5}|\*))?(\/[^?#\s]*)?$/i;

/** Patterns separated by commas or blanks; undefined when one of them is none. */
export function addressPatterns(text: string): readonly AddressPattern[] | undefined {
  const found = text.split(/[\s,]+/).filter((one) => one !== '');
  const patterns = found.flatMap((one) => {
    const [, scheme = '', host = '', port = '', path = '/*'] = PATTERN.exec(one) ?? [];
    return scheme === ''
      ? []
      : [{ scheme: `${scheme.toLowerCase()}:`, host: host.toLowerCase(), port, path }];
  });
  return patterns.length === found.length ? patterns : undefined;
}

/** What the patterns say of an address. */
export function permissionFor(address: string, patterns: readonly AddressPattern[] | 'any'): Permission {
  if (!URL.canParse(address)) return 'refused';
  const url = new URL(address);
  if (patterns === 'any') return 'anywhere';
  if (url.username !== '' || url.password !== '') return 'refused';
  const fitting = patterns.filter((pattern) => fits(pattern, url));
  if (fitting.length === 0) return 'refused';
  return fitting.some(({ host }) => !host.includes('*')) ? 'anywhere' : 'public';
}

function fits({ scheme, host, port, path }: AddressPattern, url: URL): boolean {
  return (
    scheme === url.protocol &&
    matches(host, url.hostname) &&
    matches(port, url.port) &&
    matches(path, url.pathname)
  );
}

/** Whether a text is the pattern, with `*` for any text. Parts are looked for one after the other, so that none is looked at twice. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
