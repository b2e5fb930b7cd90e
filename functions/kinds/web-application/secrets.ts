import type { Claim, Context } from '../../composition/contract.ts';
import { at, text, textsOf } from '../../composition/read.ts';
import type { NeededSecret, SecretsRead } from '../../kube/needed-secrets.ts';
import {
  neededForPulls,
  neededForVariables,
  neededForVolumes,
  secretsCondition,
  secretsRead,
} from '../../kube/needed-secrets.ts';
import { encryptionOf } from './encryption.ts';
import { storeSecrets } from './stores.ts';
import type { CompleteSpec } from './complete.ts';

/** The Secrets that the Pods cannot do without. */
export function neededSecrets(claim: Claim<CompleteSpec>): NeededSecret[] {
  const { spec } = claim;
  return [
    ...storeSecrets(claim).map(({ key, name, variables }): NeededSecret => {
      return { key, name, entries: [...new Set(Object.values(variables))], how: 'all' };
    }),
    ...(spec.secrets ?? []).map((name): NeededSecret => {
      return { key: wholeKey(name), name, entries: [], how: 'all' };
    }),
    ...neededForVariables(spec.env),
    ...neededForVolumes(spec.volumes),
    ...neededForPulls(spec.imagePullSecrets),
  ];
}

function wholeKey(name: string): string {
  return `secret-${name}`;
}

/** What the Pods take from Secrets, as far as it can be read. */
export function podSecrets(claim: Claim<CompleteSpec>, context: Context): SecretsRead {
  if (neededSecrets(claim).length === 0) return { checksum: undefined, awaited: false };
  const found = secretsCondition(neededSecrets(claim), context).status === 'True';
  return secretsRead(context, found ? valuesOf(claim, context) : undefined);
}

function valuesOf(claim: Claim<CompleteSpec>, context: Context) {
  const encryption = encryptionOf(claim, context);
  const whole = new Set(claim.spec.secrets?.map(wholeKey));
  return neededSecrets(claim).map(({ key, entries }) => {
    const data = at(context.required(key) ?? {}, 'data');
    const more = encryption.filter((each) => each.key === key).map(({ entry }) => entry);
    return whole.has(key) ? textsOf(data) : [...entries, ...more].map((entry) => text(at(data, entry)));
  });
}
