import type { Claim, Context } from '../../composition/contract.ts';
import { at, list, object, text } from '../../composition/read.ts';
import {
  neededForPulls,
  neededForVariables,
  neededForVolumes,
  secretsCondition,
  secretsRead,
} from '../../kube/needed-secrets.ts';
import type { NeededSecret, SecretsRead } from '../../kube/needed-secrets.ts';
import { cacheEntries } from './cache-variables.ts';
import type { CacheVariable } from './cache-variables.ts';
import { modelAddresses, opensOtherModels, secretKeys, variableOf } from './environment.ts';
import { secretNames } from './names.ts';
import type { Spec } from './xr.gen.ts';

/**
 * Whether the Pods wait for the Secret for models: not where variables of the claim open other models, and the Secret is not asked for by
 * its name.
 */
function waitsForModelKeys(claim: Claim<Spec>): boolean {
  return claim.spec.llmKeysSecret !== undefined || !opensOtherModels(claim);
}

/** The Secrets that the Pods read. */
export function neededSecrets(claim: Claim<Spec>): NeededSecret[] {
  const { postgres, dragonfly, llm } = secretNames(claim);
  return [
    { key: 'postgres', name: postgres, entries: secretKeys.postgres, how: 'all' },
    { key: 'dragonfly', name: dragonfly, entries: secretKeys.dragonfly, how: 'all' },
    { key: 'llm', name: llm, entries: secretKeys.llm, how: waitsForModelKeys(claim) ? 'any' : 'none' },
    ...neededForVariables(claim.spec.env),
    ...neededForVolumes(claim.spec.volumes),
    ...neededForPulls(claim.spec.imagePullSecrets),
  ];
}

/**
 * What the environment takes from the Secret for models: of its keys and addresses those that are there. While it is waited for, or nobody
 * has looked, the Pods keep the variables that they have; before there are any they wait for every key.
 */
function modelKeys(claim: Claim<Spec>, context: Context): readonly string[] {
  const { llm } = secretNames(claim);
  const secret = context.required('llm');
  const has = (key: string) => at(secret ?? {}, 'data', key) !== undefined;
  const all = [...secretKeys.llm, ...modelAddresses];
  const waits = waitsForModelKeys(claim);
  if (secretKeys.llm.some(has) || (secret !== undefined && !waits)) return all.filter(has);
  const running = list(at(context.observed('deployment'), 'spec', 'template', 'spec', 'containers'))
    .flatMap((container) => list(object(container).env))
    .filter((variable) => at(variable, 'valueFrom', 'secretKeyRef', 'name') === llm)
    .map((variable) => text(object(variable).name));
  const kept = all.filter((key) => running.includes(key));
  return waits && kept.length === 0 ? secretKeys.llm : kept;
}

/**
 * What the Secret of the cache has besides, where the claim does not say it itself. While there is no Secret the Pods keep the
 * variables that they have.
 */
export function cacheVariables({ spec }: Claim<Spec>, context: Context): readonly CacheVariable[] {
  const secret = context.required('dragonfly');
  return (Object.keys(cacheEntries) as CacheVariable[]).filter((name) => {
    if (spec.env?.some((own) => own.name === name)) return false;
    if (secret) return at(secret, 'data', cacheEntries[name]) !== undefined;
    return variableOf(context, name) !== undefined;
  });
}

/** What the Pods take from Secrets, as far as it can be read. */
export interface PodSecrets extends SecretsRead {
  readonly modelKeys: readonly string[];
  readonly cacheVariables: readonly CacheVariable[];
}

/** With the token of the HTTP API; undefined when it is not known yet. */
export function podSecrets(claim: Claim<Spec>, context: Context, token: string | undefined): PodSecrets {
  const found = secretsCondition(neededSecrets(claim), context).status === 'True' && token !== undefined;
  return {
    modelKeys: modelKeys(claim, context),
    cacheVariables: cacheVariables(claim, context),
    ...secretsRead(context, found ? [...valuesOf(claim, context), token] : undefined),
  };
}

function valuesOf(claim: Claim<Spec>, context: Context): string[][] {
  return neededSecrets(claim).map(({ key, entries }) => {
    const secret = context.required(key) ?? {};
    const besides = cacheVariables(claim, context).map((name) => cacheEntries[name]);
    const more = { llm: modelAddresses, dragonfly: besides }[key] ?? [];
    return [...entries, ...more].map((entry) => text(at(secret, 'data', entry)));
  });
}
