/** A block of addresses: its family, its first address as one number, and how many leading bits are fixed. */
export interface Cidr {
  readonly family: 'IPv4' | 'IPv6';
  readonly first: bigint;
  readonly prefix: number;
}

/** What is wrong with the text, as the end of a sentence. */
export interface NoCidr {
  readonly why: string;
}

const bits = { IPv4: 32, IPv6: 128 } as const;

/**
 * A block as the API server takes it, or soon will, in a NetworkPolicy: no leading zeros, no IPv4 inside IPv6, nothing set in the bits
 * that the block leaves open, because whoever wrote 10.1.2.3/8 may have meant one host or sixteen million.
 * https://github.com/kubernetes/kubernetes/blob/v1.35.3/staging/src/k8s.io/apimachinery/pkg/util/validation/ip.go
 */
export function parseCidr(text: string): Cidr | NoCidr {
  const [, address = '', length = ''] = /^([0-9a-fA-F.:]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  if (address === '') return { why: 'expected an address, / and a number of bits, such as 10.0.0.0/8' };
  const family = address.includes(':') ? 'IPv6' : 'IPv4';
  const whole = family === 'IPv6' ? ipv6(address) : ipv4(address);
  if (whole === undefined) return { why: `${address} is no ${family} address` };
  const prefix = Number(length);
  if (prefix > bits[family]) return { why: `an ${family} address has ${bits[family]} bits, not ${prefix}` };
  const open = BigInt(bits[family] - prefix);
  const first = (whole >> open) << open;
  if (first !== whole)
    return {
      why: `is no block: write ${written(family, first)}/${prefix}, or ${address}/${bits[family]} for one address`,
    };
  return { family, first, prefix };
}

/** Whether every address of the inner block is one of the outer's, and there are others too. */
export function isInside(inner: Cidr, outer: Cidr): boolean {
  if (inner.family !== outer.family || inner.prefix <= outer.prefix) return false;
  const open = BigInt(bits[outer.family] - outer.prefix);
  return inner.first >> open === outer.first >> open;
}

/** Whether the text is an address of either family. */
export function isAddress(text: string): boolean {
  return (text.includes(':') ? ipv6(text) : ipv4(text)) !== undefined;
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part))) return undefined;
  if (parts.some((part) => Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

/** `::` stands for as many zeros as are missing, once. */
function ipv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

function written(family: Cidr['family'], first: bigint): string {
  const [width, base, separator] = family === 'IPv4' ? ([8, 10, '.'] as const) : ([16, 16, ':'] as const);
  const count = bits[family] / width;
  const groups = Array.from({ length: count }, (_, index) =>
    ((first >> BigInt((count - 1 - index) * width)) & ((1n << BigInt(width)) - 1n)).toString(base),
  );
  if (family === 'IPv4') return groups.join(separator);
  // The zeros at the end are the ones that a block has.
  return groups
    .join(separator)
    .replace(/(:0)+$/, '::')
    .replace(/^0::$/, '::');
}
