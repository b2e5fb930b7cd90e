import type {
  Claim,
  Condition,
  Context,
  Observed,
  Readiness,
  ResourceSelector,
} from '../../composition/contract.ts';
import { at, text } from '../../composition/read.ts';
import { connectionKey } from '../../kube/connection-secret.ts';
import type { NeededSecret } from '../../kube/needed-secrets.ts';
import { secretRequirements, secretsCondition } from '../../kube/needed-secrets.ts';
import { secretValue } from '../../kube/secret-value.ts';
import { certificateKey, certificateSecret } from './certificate.ts';
import type { Spec } from './xr.gen.ts';

/** How clients reach a cache. */
export type Tls =
  | { readonly kind: 'none' }
  /** There is no certificate yet, and no cache that goes on as it is. */
  | { readonly kind: 'waiting'; readonly message: string }
  | Certificate;

export interface Certificate {
  readonly kind: 'certificate';
  /** Name of the Secret that holds it. */
  readonly secret: string;
  /** Who signed it, in PEM; undefined where clients know that already. */
  readonly authority: string | undefined;
  /** Of the certificate that the replicas have; undefined where none is known. */
  readonly checksum: string | undefined;
}

export const certificateChecksumAnnotation = 'zerotouch.bizmatters.io/certificate-checksum';

function standingName(live: Observed | undefined): string | undefined {
  return text(at(live, 'spec', 'tlsSecretRef', 'name')) || undefined;
}

/** A Dragonfly that is taken over keeps what it has, like everything that would restart it. */
function wantedName(claim: Claim<Spec>, live: Observed | undefined): string | undefined {
  return claim.spec.adopt === true && live !== undefined ? standingName(live) : certificateSecret(claim);
}

function needed(claim: Claim<Spec>, live: Observed | undefined): NeededSecret[] {
  const name = wantedName(claim, live);
  if (name === undefined) return [];
  return [{ key: certificateKey, name, entries: ['tls.crt', 'tls.key'], how: 'all' }];
}

export function certificateRequirement(
  claim: Claim<Spec>,
  live: Observed | undefined,
): Record<string, ResourceSelector> {
  return secretRequirements(needed(claim, live), claim.namespace);
}

/**
 * While the certificate is not there, or not whole, a cache that stands goes on with what it has: its replicas would not start, and
 * clients are told of TLS no sooner than the replicas. Those read it when they start.
 */
export function tlsOf(
  claim: Claim<Spec>,
  context: Context,
  live: Observed | undefined,
  issued: Readiness,
): Tls {
  const [need] = needed(claim, live);
  if (need === undefined) return { kind: 'none' };
  const { status, message = '' } = secretsCondition([need], context);
  if (live === undefined && !issued.ready) return { kind: 'waiting', message: issued.why };
  if (status === 'True') return certificate(need.name, context);
  if (live === undefined) return { kind: 'waiting', message };
  const standing = standingName(live);
  if (standing === undefined) return { kind: 'none' };
  const annotations = at(live, 'spec', 'podMetadata', 'annotations');
  return {
    kind: 'certificate',
    secret: standing,
    authority: secretValue(context.required(connectionKey), 'ca.crt') || undefined,
    checksum: text(at(annotations, certificateChecksumAnnotation)) || undefined,
  };
}

function certificate(secret: string, context: Context): Certificate {
  const found = context.required(certificateKey);
  return {
    kind: 'certificate',
    secret,
    authority: secretValue(found, 'ca.crt').trim() || undefined,
    checksum: context.digest(secretValue(found, 'tls.crt')),
  };
}

/** Whether the certificate is there, and whether it is the one that the claim names. */
export function tlsConditions(claim: Claim<Spec>, context: Context, live: Observed | undefined): Condition[] {
  const named = certificateSecret(claim);
  const [need] = needed(claim, live);
  if (need?.name !== named) return [otherwise];
  return need === undefined ? [] : [secretsCondition([need], context)];
}

const otherwise: Condition = {
  type: 'SecretsReady',
  status: 'False',
  reason: 'AsItStands',
  message:
    'The cache goes on with tls as it stands, where the claim says otherwise, until spec.adopt is taken out.',
};
