import type { Claim, JsonObject, Lookup, Problem, ResourceSelector } from '../../../composition/contract.ts';
import {
  bucketLogin,
  bucketMissing,
  bucketNamed,
  bucketPlace,
  bucketSelector,
  isAws,
} from '../../../kube/bucket.ts';
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
  return bucket === undefined ? objectStoreSelector(claim, objectStore) : bucketSelector(claim, bucket);
}

/** The place in the middle of a sentence. */
export function placeNamed({ objectStore, bucket }: Place): string {
  return bucket === undefined ? `ObjectStore ${objectStore}` : bucketNamed(bucket);
}

/** Why nothing is known of the place, as a whole sentence. */
export function placeMissing(place: Place): string {
  return place.bucket === undefined
    ? `${placeNamed(place)} (barmancloud.cnpg.io) does not exist in this namespace.`
    : bucketMissing(place.bucket);
}

/** The ObjectStore that was found, or what one says that leads to the bucket; null where there is neither. */
export function storeAt(claim: Claim, { bucket }: Place, found: Lookup): Lookup {
  if (bucket === undefined || found === undefined || found === null) return found;
  const place = bucketPlace(found);
  if (place === undefined) return null;
  const login = (key: string) => ({ name: bucketLogin(claim, bucket), key });
  return {
    spec: {
      configuration: {
        destinationPath: `s3://${place.bucket}/${folder}`,
        endpointURL: place.endpoint,
        s3Credentials: {
          accessKeyId: login('access-key'),
          secretAccessKey: login('secret-key'),
          region: login('region'),
        },
      },
      ...(isAws(place) ? {} : withoutChecksums),
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
