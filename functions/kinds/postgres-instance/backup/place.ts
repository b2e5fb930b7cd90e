import type { Claim, JsonObject, Lookup, Problem, ResourceSelector } from '../../../composition/contract.ts';
import { connectionSecretName } from '../../../kube/connection-secret.ts';
import { secretValue } from '../../../kube/secret-value.ts';
import { objectStoreSelector } from './object-store.ts';

/** Where archives lie: in what an ObjectStore of the platform says, or in the bucket of an ObjectBucket. */
export interface Place {
  readonly objectStore?: string;
  readonly bucket?: string;
}

/** The folder of a bucket that archives lie in, beside whatever else is there. */
const folder = 'postgres';

/** Backups that go nowhere are none. The schema says the same; nothing is lost for a schema that does not. */
export function placeProblems({ objectStore, bucket }: Place): Problem[] {
  if ((objectStore === undefined) !== (bucket === undefined)) return [];
  return [{ path: 'spec.backup', message: 'say where backups go, by either objectStore or bucket' }];
}

/** What has to be looked up to know the place. */
export function placeSelector(claim: Claim, { objectStore = '', bucket }: Place): ResourceSelector {
  if (bucket === undefined) return objectStoreSelector(claim, objectStore);
  const { namespace } = claim;
  return { apiVersion: 'v1', kind: 'Secret', name: bucketLogin(claim, bucket), namespace };
}

function bucketLogin(claim: Claim, bucket: string): string {
  return connectionSecretName({ ...claim, name: bucket });
}

/** The place in the middle of a sentence. */
export function placeNamed({ objectStore, bucket }: Place): string {
  return bucket === undefined ? `ObjectStore ${objectStore}` : `ObjectBucket ${bucket}`;
}

/** Why nothing is known of the place, as a whole sentence. */
export function placeMissing(place: Place): string {
  return place.bucket === undefined
    ? `${placeNamed(place)} (barmancloud.cnpg.io) does not exist in this namespace.`
    : `${placeNamed(place)} has no login in this namespace yet: Secret ${place.bucket}-conn is not there, or not complete.`;
}

/** The ObjectStore that was found, or what one says that leads to the bucket; null where there is neither. */
export function storeAt(claim: Claim, { bucket }: Place, found: Lookup): Lookup {
  if (bucket === undefined || found === undefined || found === null) return found;
  const [endpoint, name] = [secretValue(found, 'endpoint'), secretValue(found, 'bucket')];
  if (endpoint === '' || name === '') return null;
  const login = (key: string) => ({ name: bucketLogin(claim, bucket), key });
  return {
    spec: {
      configuration: {
        destinationPath: `s3://${name}/${folder}`,
        endpointURL: endpoint,
        s3Credentials: {
          accessKeyId: login('access-key'),
          secretAccessKey: login('secret-key'),
          region: login('region'),
        },
      },
      ...(/\.amazonaws\.com(\.cn)?$/.test(endpoint) ? {} : withoutChecksums),
    },
  };
}

/**
 * Servers other than AWS's refuse the checksums that its libraries send by default.
 * https://cloudnative-pg.io/plugin-barman-cloud/docs/object_stores/
 */
const withoutChecksums: JsonObject = {
  instanceSidecarConfiguration: {
    env: [
      { name: 'AWS_REQUEST_CHECKSUM_CALCULATION', value: 'when_required' },
      { name: 'AWS_RESPONSE_CHECKSUM_VALIDATION', value: 'when_required' },
    ],
  },
};
