import type { Claim, Problem } from '../../composition/contract.ts';
import { hostProblem, portProblem } from '../../kube/host.ts';
import type { Spec } from './xr.gen.ts';

/** A host and a port to connect to. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const natsPort = 4222;

/** Of a URL that the schema has let pass: the host as it was written, and the port or the one that NATS has. */
export function natsAddress(natsUrl: string): Address {
  const [host, port] = split(natsUrl);
  return { host, port: port === undefined ? natsPort : Number(port) };
}

/** Hosts and ports that no server can have, which the schema cannot tell. */
export function checkAddresses({ spec }: Claim<Spec>): Problem[] {
  return [
    ...check('spec.natsUrl', spec.natsUrl),
    ...(spec.natsMonitoringEndpoint === undefined
      ? []
      : check('spec.natsMonitoringEndpoint', spec.natsMonitoringEndpoint)),
  ];
}

function check(path: string, text: string): Problem[] {
  const [host, port] = split(text);
  return [hostProblem(host), port === undefined ? undefined : portProblem(port)].flatMap((message) =>
    message === undefined ? [] : [{ path, message }],
  );
}

function split(text: string): [host: string, port: string | undefined] {
  const [, host = '', port] = /^(?:[a-z]+:\/\/)?([^:]*)(?::([0-9]+))?$/.exec(text) ?? [];
  return [host, port];
}
