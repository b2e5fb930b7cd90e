import type { KindNames } from './names.ts';

/** `compose.ts`: what a claim becomes, its status and its conditions. */
export function composeText({ kind, constant, group, words }: KindNames): string {
  return `import type { Claim, Composition, Context, Kind } from '../../composition/contract.ts';
import { checkName } from '../../kube/names.ts';
import { exists } from '../../kube/ready.ts';
import { serviceAccount } from './service-account.ts';
import { schema } from './xr.gen.ts';
import type { Spec, Status } from './xr.gen.ts';

export const ${constant}: Kind<Spec> = {
  apiVersion: '${group}/v1alpha1',
  kind: '${kind}',
  schema,
  compose,
};

function compose(claim: Claim<Spec>, context: Context): Composition {
  const problems = checkName(claim.name, 50);
  if (problems.length > 0) return { kind: 'refused', problems, requirements: {} };
  const readiness = exists(context.observed('service-account'));
  const status: Status = readiness.ready
    ? { phase: 'Ready', message: 'The ${words} is there.' }
    : { phase: 'Pending', message: 'The ${words} is being made.' };
  return {
    kind: 'composed',
    output: {
      resources: [{ key: 'service-account', object: serviceAccount(claim), readiness }],
      status,
      conditions: [],
      requirements: {},
    },
  };
}
`;
}

/** The one composed resource, which the author of the kind replaces. */
export function serviceAccountText({ words, folder }: KindNames): string {
  return `import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Claim } from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import type { Spec } from './xr.gen.ts';

const purposeAnnotation = 'zerotouch.bizmatters.io/purpose';

/** An identity without a token, named after the ${words}. */
export function serviceAccount(claim: Claim<Spec>): IServiceAccount {
  const { purpose } = claim.spec;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      ...metadata(claim, '${folder}'),
      ...(purpose === undefined ? {} : { annotations: { [purposeAnnotation]: purpose } }),
    },
    automountServiceAccountToken: false,
  };
}
`;
}
