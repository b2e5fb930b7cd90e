import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, text } from '../../functions/composition/read.ts';

/** What a database is filled with when it is made, as its claim says it; undefined for one that begins empty. */
export function fillOf(claim: JsonObject): string | undefined {
  const secret = text(at(claim, 'spec', 'import', 'secret'));
  if (secret !== '') return `is imported from the server in Secret ${secret}`;
  const from = (name: string) => text(at(claim, 'spec', 'restore', 'from', name));
  const moment = text(at(claim, 'spec', 'restore', 'at'));
  const backup = text(at(claim, 'spec', 'restore', 'backup'));
  const until = moment === '' ? '' : ` as of ${moment}`;
  const beginning = backup === '' ? '' : `, beginning with base backup ${backup}`;
  const place =
    from('bucket') === '' ? `ObjectStore ${from('objectStore')}` : `ObjectBucket ${from('bucket')}`;
  if (from('serverName') !== '')
    return `is restored from archive ${from('serverName')} in ${place}${until}${beginning}`;
  if (from('claim') === '') return undefined;
  return moment === '' && backup === ''
    ? `is cloned from PostgresInstance ${from('claim')} as it runs`
    : `is restored from the archive of PostgresInstance ${from('claim')}${until}${beginning}`;
}
