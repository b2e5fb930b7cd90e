import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json, ServedKind } from '../../functions/composition/contract.ts';
import { servedKinds } from '../../render/reconcile/served-kinds.ts';
import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';

/**
 * Which kinds the cluster serves whose OpenAPI documents lie in the folder, as `kubectl get --raw /openapi/v3/apis/GROUP/VERSION`
 * prints them; undefined without a folder. Throws a Failure when one cannot be read.
 */
export async function loadServedKinds(
  folder: string | undefined,
): Promise<((kind: ServedKind) => boolean) | undefined> {
  if (folder === undefined) return undefined;
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return servedKinds(texts.map((each) => JSON.parse(each) as Json));
  } catch (error) {
    const reason = reasonOf(error);
    throw new Failure(`cannot read the schemas in ${folder}: ${reason}`, REFUSED, { cause: error });
  }
}
