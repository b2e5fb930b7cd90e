/** What a plain (unquoted) scalar means to Kubernetes. */
export type Plain =
  | { readonly kind: 'null'; readonly value: null }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'timestamp' | 'string'; readonly value: string };

const words = new Map<string, Plain>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(bool(true)),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(bool(false)),
  ...['', '~', 'null', 'Null', 'NULL'].map((word): [string, Plain] => [word, { kind: 'null', value: null }]),
  ...['.nan', '.NaN', '.NAN'].map(float(Number.NaN)),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(float(Number.POSITIVE_INFINITY)),
  ...['-.inf', '-.Inf', '-.INF'].map(float(Number.NEGATIVE_INFINITY)),
]);

/**
 * Reads a plain scalar by the rules of YAML 1.1 as go-yaml v2 has them, which the API server, kubectl and the
 * Crossplane CLI all read claims with: `yes` is true, `0777` is octal, `1_000` is a number.
 * https://github.com/yaml/go-yaml/blob/v2.4.4/resolve.go
 */
export function resolvePlain(text: string): Plain {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(text)) return { kind: 'string', value: text };
  if (isTimestamp(text)) return { kind: 'timestamp', value: text };
  // Go's ParseFloat, which reads what starts with a dot, takes an underscore between two digits only.
  const bare = text.startsWith('.') ? text.replaceAll(/(?<=\d)_(?=\d)/g, '') : text.replaceAll('_', '');
  const integer = parseInteger(bare);
  if (integer !== undefined) return { kind: 'number', value: integer };
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(bare) && Number.isFinite(Number(bare)))
    return { kind: 'number', value: Number(bare) };
  return { kind: 'string', value: text };
}

/** Whether a reader could take the text, written without quotes, for something other than this text. */
export function needsQuotes(text: string): boolean {
  return resolvePlain(text).kind !== 'string' || isBase60(text);
}

function bool(value: boolean) {
  return (word: string): [string, Plain] => [word, { kind: 'bool', value }];
}

function float(value: number) {
  return (word: string): [string, Plain] => [word, { kind: 'number', value }];
}

/** Whole numbers of 64 bits in the notations of Go: 0x1f, 0b11, 0o17, 017. */
function parseInteger(text: string): number | undefined {
  const [, sign = '', digits = ''] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  const octal = /^0[oO]?([0-7]+)$/.exec(digits)?.[1];
  const literal = octal === undefined ? digits : `0o${octal}`;
  if (!/^(0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[bB][01]+|0o[0-7]+)$/.test(literal)) return undefined;
  const size = BigInt(literal);
  const limit = sign === '' ? 2n ** 64n : sign === '-' ? 2n ** 63n + 1n : 2n ** 63n;
  if (size >= limit) return undefined;
  return Number(sign === '-' ? -size : size);
}

/** Kept as text by every reader, but quoted by go-yaml when written. */
function isTimestamp(text: string): boolean {
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?(?:Z|[-+](\d\d):(\d\d)))| (\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?)?$/.exec(
      text,
    );
  if (match === null) return false;
  const [year = 0, month = 0, day = 0] = match.slice(1, 4).map(Number);
  const hour = Number(match[4] ?? match[10] ?? 0);
  const minute = Number(match[5] ?? match[11] ?? 0);
  const second = Number(match[6] ?? match[12] ?? 0);
  const [zoneHour, zoneMinute] = [Number(match[8] ?? 0), Number(match[9] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || zoneHour > 24 || zoneMinute > 60) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 12:30 was a number to base 60 in YAML 1.1, and still is to some readers. */
function isBase60(text: string): boolean {
  return /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
}
