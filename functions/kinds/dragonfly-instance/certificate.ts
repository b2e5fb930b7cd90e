import type {
  Claim,
  Composed,
  Condition,
  Context,
  Manifest,
  Observed,
  Problem,
  Readiness,
  ServedKind,
} from '../../composition/contract.ts';
import { at, text } from '../../composition/read.ts';
import { metadata } from '../../kube/metadata.ts';
import { kindNotServed, notServed, optionalKind } from '../../kube/optional-kind.ts';
import type { Issuer, PlatformSettings } from '../../kube/platform.ts';
import { serviceHost } from '../../kube/platform.ts';
import { ready, readyCondition, unready } from '../../kube/ready.ts';
import type { Spec } from './xr.gen.ts';

/** The key of the certificate among the composed resources, and of the look at its Secret among the requirements. */
export const certificateKey = 'certificate';

export const certificateCondition = 'CertificateReady';

const certificateKind = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate' } as const;

/** What we set of a Certificate. */
interface Certificate extends Manifest {
  readonly spec: {
    readonly secretName: string;
    readonly dnsNames: readonly string[];
    readonly usages: readonly string[];
    readonly issuerRef: Issuer & { readonly group: 'cert-manager.io' };
  };
}

/** A certificate that an issuer signs for the cache. */
export interface Issuing {
  readonly resources: readonly Composed[];
  readonly readiness: Readiness;
  readonly conditions: readonly Condition[];
  readonly schemas: Readonly<Record<string, ServedKind>>;
  readonly problems: readonly Problem[];
}

const nothing: Issuing = { resources: [], readiness: ready, conditions: [], schemas: {}, problems: [] };

/** Name of the Secret with the certificate: the claim's, or that which cert-manager writes. */
export function certificateSecret({ name, spec }: Claim<Spec>): string | undefined {
  return spec.tls === undefined ? undefined : (spec.tls.certificateSecret ?? `${name}-tls`);
}

/**
 * The certificate of a claim that names an issuer, or that leaves it to the platform. A Dragonfly that is taken over keeps the one that it
 * has.
 */
export function issueCertificate(
  claim: Claim<Spec>,
  context: Context,
  platform: PlatformSettings,
  live: Observed | undefined,
): Issuing {
  const { tls, adopt } = claim.spec;
  const isTaken = adopt === true && live !== undefined && context.observed(certificateKey) === undefined;
  if (tls === undefined || tls.certificateSecret !== undefined || isTaken) return nothing;
  const issuer = tls.issuer ?? platform.issuer ?? standingIssuer(context);
  if (issuer === undefined) return { ...nothing, ...said('NoIssuer', unready(noIssuer)) };
  const { missing, asks: schemas } = optionalKind(context, certificateKey, certificateKind);
  if (missing) {
    const why = `${notServed(certificateKind, 'cert-manager')}.`;
    return { ...nothing, schemas, ...said(kindNotServed, unready(why)) };
  }
  const readiness = issued(claim, context);
  // cert-manager writes over the Secret, so that nothing is asked of it before somebody has looked.
  const isKnown =
    context.observed(certificateKey) !== undefined || context.required(certificateKey) !== undefined;
  const object = certificate(claim, issuer, platform);
  return {
    schemas,
    problems: overwritten(claim, context),
    resources: isKnown ? [{ key: certificateKey, object, readiness }] : [],
    ...said('NotReady', readiness),
  };
}

/** What cert-manager says of it. */
function issued({ name }: Claim<Spec>, context: Context): Readiness {
  const refused = context.refused(certificateKey);
  const judged = refused === undefined ? readyCondition(context.observed(certificateKey)) : unready(refused);
  return judged.ready ? judged : unready(`Certificate ${name}-tls: ${judged.why.replace(/\.$/, '')}.`);
}

/** `reason` is of one that is not ready. */
function said(reason: string, readiness: Readiness): Pick<Issuing, 'readiness' | 'conditions'> {
  const type = certificateCondition;
  const condition: Condition = readiness.ready
    ? { type, status: 'True', reason: 'Issued' }
    : { type, status: 'False', reason, message: readiness.why };
  return { readiness, conditions: [condition] };
}

/** For the Service by each of its names. cert-manager renews it, and writes it into the Secret with who signed it. */
function certificate(claim: Claim<Spec>, { kind, name }: Issuer, platform: PlatformSettings): Certificate {
  const service = `${claim.name}.${claim.namespace}`;
  return {
    ...certificateKind,
    metadata: metadata(claim, 'cache', `${claim.name}-tls`),
    spec: {
      secretName: `${claim.name}-tls`,
      dnsNames: [claim.name, service, `${service}.svc`, serviceHost(platform, claim.name, claim.namespace)],
      usages: ['digital signature', 'key encipherment', 'server auth'],
      issuerRef: { group: 'cert-manager.io', kind, name },
    },
  };
}

/** That of the certificate which was made, for a platform that has taken its own back. */
function standingIssuer(context: Context): Issuer | undefined {
  const standing = at(context.observed(certificateKey), 'spec', 'issuerRef');
  const name = text(at(standing, 'name'));
  if (name === '') return undefined;
  return { name, kind: text(at(standing, 'kind')) === 'ClusterIssuer' ? 'ClusterIssuer' : 'Issuer' };
}

const noIssuer =
  'Nobody signs the certificate: give spec.tls an issuer or a certificateSecret, or the platform an issuer.';

/** A Secret of somebody else's. What cert-manager writes bears the name of its Certificate. */
function overwritten(claim: Claim<Spec>, context: Context): Problem[] {
  const found = context.required(certificateKey);
  if (found === undefined || found === null || context.observed(certificateKey) !== undefined) return [];
  const name = `${claim.name}-tls`;
  if (at(found, 'metadata', 'annotations', 'cert-manager.io/certificate-name') === name) return [];
  const message = `Secret ${name} is there, and cert-manager would overwrite it; name it in certificateSecret, or delete it`;
  return [{ path: 'spec.tls.issuer', message }];
}
