import { isAddress } from './cidr.ts';

/**
 * What keeps the text from being a host: a name of DNS labels, or an address. A name that ends in a number is read as an
 * address by every URL parser, and fails there.
 * https://url.spec.whatwg.org/#ends-in-a-number-checker
 */
export function hostProblem(host: string): string | undefined {
  if (isAddress(host)) return undefined;
  const labels = host.replace(/\.$/, '').split('.');
  if (
    host.length <= 253 &&
    labels.every(isLabel) &&
    !/^([0-9]+|0[xX][0-9a-fA-F]*)$/.test(labels.at(-1) ?? '')
  )
    return undefined;
  return `${host} is neither a host name, such as nats.nats.svc, nor an address`;
}

/** What keeps the text from being a TCP port, or nothing. */
export function portProblem(port: string): string | undefined {
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? undefined : `a port is 1 to 65535, not ${port}`;
}

function isLabel(label: string): boolean {
  return label.length <= 63 && /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(label);
}
