import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { Claim, Context } from '../../composition/contract.ts';
import { at, text } from '../../composition/read.ts';
import { connectionKey, connectionSecret, revisionAnnotation } from '../../kube/connection-secret.ts';
import { secretValue } from '../../kube/secret-value.ts';
import { regionEndpoint } from './aws/access-policy.ts';
import { accessKeySecret } from './aws/login.ts';
import type { Account } from './aws/managed.ts';
import { bucketClaimAnswers } from './bucket-claim.ts';
import type { Maker } from './maker.ts';
import type { Spec } from './xr.gen.ts';

export const secretType = 'Opaque';

/** Everything that a client of S3 needs. */
export interface Connection {
  /** A URL. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** The `spec.credentialsRevision` that the key belongs to. */
  readonly revision: string;
}

/** The key of the login's Secret among the requirements, and of the ConfigMap with the address of a bucket claim. */
const loginKey = 'login';
const addressKey = 'address';

/** The answers of whoever makes bucket and login. */
export function connectionRequirements(claim: Claim<Spec>, context: Context, maker: Maker) {
  if (maker.kind === 'aws')
    return { [loginKey]: accessKeySecret(claim, context, claim.spec.credentialsRevision) };
  const { login, address } = bucketClaimAnswers(claim);
  return { [loginKey]: login, [addressKey]: address };
}

/** What is known now; the Secret as it stands keeps what cannot be read at the moment. */
export function connectionOf(claim: Claim<Spec>, context: Context, maker: Maker): Connection | undefined {
  const made = maker.kind === 'aws' ? fromAws(claim, context, maker) : fromClaim(claim, context);
  return made ?? kept(context);
}

/** The revision of the key in the Secret as it stands, which applications may have; empty before there is one. */
export function standingRevision(context: Context): string {
  const secret = context.required(connectionKey) ?? context.observed(connectionKey);
  return text(at(secret, 'metadata', 'annotations', revisionAnnotation));
}

function fromAws(
  { spec }: Claim<Spec>,
  context: Context,
  { region, bucket }: Account,
): Connection | undefined {
  const login = context.required(loginKey);
  const [accessKey, secretKey] = [secretValue(login, 'username'), secretValue(login, 'password')];
  if (accessKey === '' || secretKey === '') return undefined;
  const revision = spec.credentialsRevision;
  return { endpoint: regionEndpoint(region), region, bucket, accessKey, secretKey, revision };
}

/** A bucket claim has one login for its whole life, so the revision is that of the first. */
function fromClaim({ spec }: Claim<Spec>, context: Context): Connection | undefined {
  const [login, address] = [context.required(loginKey), context.required(addressKey)];
  const told = (key: string) => text(at(address ?? undefined, 'data', key));
  const [accessKey, secretKey] = [
    secretValue(login, 'AWS_ACCESS_KEY_ID'),
    secretValue(login, 'AWS_SECRET_ACCESS_KEY'),
  ];
  const [host, port, bucket] = [told('BUCKET_HOST'), told('BUCKET_PORT'), told('BUCKET_NAME')];
  if (accessKey === '' || secretKey === '' || host === '' || bucket === '') return undefined;
  const scheme = port === '' || port.endsWith('443') ? 'https' : 'http';
  const shown = port === '' || port === '443' || port === '80' ? '' : `:${port}`;
  const endpoint = `${scheme}://${host}${shown}`;
  const region = told('BUCKET_REGION') || 'us-east-1';
  const revision = standingRevision(context) || spec.credentialsRevision;
  return { endpoint, region, bucket, accessKey, secretKey, revision };
}

function kept(context: Context): Connection | undefined {
  const secret = context.required(connectionKey) ?? context.observed(connectionKey);
  const value = (key: string) => secretValue(secret, key);
  const connection = {
    endpoint: value('endpoint'),
    region: value('region'),
    bucket: value('bucket'),
    accessKey: value('access-key'),
    secretKey: value('secret-key'),
  };
  if (Object.values(connection).includes('')) return undefined;
  return { ...connection, revision: standingRevision(context) };
}

/** `<claim>-conn`: our names, and those by which the tools and libraries of AWS find everything by themselves. */
export function bucketSecret(
  claim: Claim<Spec>,
  { endpoint, region, bucket, accessKey, secretKey, revision }: Connection,
): ISecret {
  const entries = {
    endpoint,
    region,
    bucket,
    'access-key': accessKey,
    'secret-key': secretKey,
    uri: `s3://${bucket}`,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL_S3: endpoint,
    BUCKET_NAME: bucket,
  };
  return connectionSecret(claim, 'bucket', secretType, revision, entries);
}
