import type { Claim, Composed, Context, Manifest } from '../../../composition/contract.ts';
import { at, object } from '../../../composition/read.ts';
import { metadata } from '../../../kube/metadata.ts';
import { readyCondition, taken } from '../../../kube/ready.ts';
import { natsUrl } from '../network/address.ts';
import { names } from '../names.ts';
import { loginIn } from './nats-secrets.ts';
import { queueNames } from './queue-names.ts';
import type { Spec } from '../xr.gen.ts';

type Field = string | number | boolean | readonly string[] | { readonly [key: string]: Field };

/** An object of the JetStream controller (NACK). There is no generated type for it on the registry. */
export interface JetStreamObject extends Manifest {
  readonly spec: Readonly<Record<string, Field>>;
}

const apiVersion = 'jetstream.nats.io/v1beta2';
export const streamKind = { apiVersion, kind: 'Stream' };

/** The claim's NATS, not the one that the controller was started with. */
function connection(claim: Claim<Spec>): Record<string, Field> {
  if (needsAccount(claim)) return { account: names(claim).stream };
  return { servers: natsUrl(claim).split(',') };
}

function needsAccount({ spec: { nats } }: Claim<Spec>): boolean {
  return nats?.credentialsSecret !== undefined || nats?.tls !== undefined;
}

/** Whose they are, as `ensure-stream` and the worker mark them. */
function owner({ namespace, name, uid }: Claim<Spec>): Record<string, string> {
  return {
    'zerotouch.bizmatters.io/executor': `${namespace}/${name}`,
    ...(uid === '' ? {} : { 'zerotouch.bizmatters.io/uid': uid }),
  };
}

/** A stream, as `ensure-stream` makes it. Deleting the claim keeps the stream and its messages. */
function stream(
  claim: Claim<Spec>,
  name: string,
  more: {
    readonly name: string;
    readonly subjects: readonly string[];
    readonly maxAge: string;
    readonly duplicateWindow?: string;
    readonly subjectTransform?: { readonly source: string; readonly dest: string };
  },
): JetStreamObject {
  const { replicas = 1, storage = 'file' } = claim.spec.stream;
  return {
    ...streamKind,
    metadata: metadata(claim, 'stream', name),
    spec: {
      ...connection(claim),
      ...more,
      retention: 'limits',
      discard: 'old',
      storage,
      replicas,
      maxMsgs: -1,
      maxMsgsPerSubject: -1,
      metadata: owner(claim),
      preventDelete: true,
    },
  };
}

/** The stream of jobs, which keeps answers to what they ask people as jobs too. */
function jobStream(claim: Claim<Spec>): JetStreamObject {
  const { stream: name, prefix } = queueNames(claim);
  const { maxAge = '24h' } = claim.spec.stream;
  return stream(claim, names(claim).stream, {
    name,
    subjects: [`${prefix}.execute.*`, `${prefix}.resume.*`],
    subjectTransform: { source: `${prefix}.resume.*`, dest: `${prefix}.execute.{{wildcard(1)}}` },
    maxAge,
  });
}

/** The consumer that the workers share. Nothing is left to the CRD's defaults, which would redeliver at once. */
function consumer(claim: Claim<Spec>): JetStreamObject {
  const queue = queueNames(claim);
  return {
    apiVersion,
    kind: 'Consumer',
    metadata: metadata(claim, 'stream', names(claim).stream),
    spec: {
      ...connection(claim),
      streamName: queue.stream,
      durableName: queue.consumer,
      filterSubject: `${queue.prefix}.execute.*`,
      ackPolicy: 'explicit',
      ackWait: '30s',
      deliverPolicy: 'all',
      maxDeliver: -1,
      maxAckPending: 1000,
      maxWaiting: 2048,
      replayPolicy: 'instant',
      metadata: owner(claim),
      preventDelete: true,
    },
  };
}

/**
 * How the controller gets in to NATS: with the Secrets that the workers have. Undefined until the Secret was seen, as its keys say
 * which login it is; one that was made stays as it is when the Secret cannot be read.
 */
function account(claim: Claim<Spec>, context: Context): JetStreamObject | undefined {
  const { credentialsSecret, tls } = claim.spec.nats ?? {};
  const made = context.observed('stream-account');
  const login = credentialsSecret === undefined ? undefined : loginIn(context.required('nats-credentials'));
  const base = {
    apiVersion,
    kind: 'Account',
    metadata: metadata(claim, 'stream', names(claim).stream),
  };
  if (credentialsSecret !== undefined && login === undefined)
    return made === undefined
      ? undefined
      : { ...base, spec: object(at(made, 'spec')) as JetStreamObject['spec'] };
  const spec: Record<string, Field> = { name: names(claim).stream, servers: natsUrl(claim).split(',') };
  if (credentialsSecret !== undefined && login !== undefined) {
    const secret = { name: credentialsSecret };
    const [first = '', second = ''] = login.keys;
    const entry: Record<typeof login.kind, Record<string, Field>> = {
      creds: { creds: { secret, file: first } },
      nkey: { nkey: { secret, seed: first } },
      user: { user: { secret, user: first, password: second } },
      token: { token: { secret, token: first } },
    };
    Object.assign(spec, entry[login.kind]);
  }
  const tlsSecret = tls?.clientCertificateSecret ?? tls?.caSecret;
  if (tlsSecret !== undefined) {
    const pair = tls?.clientCertificateSecret === undefined ? {} : { cert: 'tls.crt', key: 'tls.key' };
    Object.assign(spec, { tls: { secret: { name: tlsSecret }, ca: 'ca.crt', ...pair } });
  }
  return { ...base, spec };
}

/** The three streams and the consumer, and how the controller gets in. */
export function nackResources(claim: Claim<Spec>, context: Context): Composed[] {
  const queue = queueNames(claim);
  const own = names(claim).stream;
  const controlled = (key: string, made: JetStreamObject): Composed => ({
    key,
    object: made,
    readiness: readyCondition(context.observed(key)),
  });
  const access = needsAccount(claim) ? account(claim, context) : undefined;
  return [
    ...(access === undefined
      ? []
      : [{ key: 'stream-account', object: access, readiness: taken(context, 'stream-account') }]),
    controlled('stream', jobStream(claim)),
    controlled(
      'status-stream',
      stream(claim, `${own}-status`, {
        name: queue.statusStream,
        subjects: [`${queue.prefix}.status.*`],
        maxAge: '24h',
        duplicateWindow: '10m',
      }),
    ),
    controlled(
      'dead-stream',
      stream(claim, `${own}-dead`, {
        name: queue.deadStream,
        subjects: [`${queue.prefix}.dead`],
        maxAge: '720h',
      }),
    ),
    controlled('consumer', consumer(claim)),
  ];
}
