import type { BrokenRule } from './broken-rules.ts';

export const image = 'registry.example/worker:v1.0.0';

/** The kinds whose claims have Pods of an image, and make the others. */
export const holders = ['AgentExecutor', 'WebApplication'] as const;

/** What both holders say of themselves. */
function ofHolder(kind: (typeof holders)[number]): BrokenRule[] {
  return [
    {
      kind,
      says: 'image must end in a tag or a digest',
      spec: { image: 'registry.example:5000/worker' },
    },
    { kind, says: 'image cannot be tagged latest', spec: { image: 'registry.example/worker:latest' } },
    {
      kind,
      says: 'minReplicas cannot be above maxReplicas',
      spec: { image, scaling: { minReplicas: 5, maxReplicas: 4 } },
    },
    {
      kind,
      says: 'minReplicas cannot be above maxReplicas',
      spec: { image, scaling: { minReplicas: 11 } },
    },
    {
      kind,
      says: 'exactly one of value and secretKeyRef is needed',
      spec: { image, env: [{ name: 'A' }] },
    },
    {
      kind,
      says: 'exactly one of value and secretKeyRef is needed',
      spec: { image, env: [{ name: 'A', value: 'a', secretKeyRef: { name: 'a', key: 'a' } }] },
    },
    ...[{}, { cidr: '10.0.0.0/8', namespace: 'a' }].map((rule): BrokenRule => ({
      kind,
      says: 'either cidr is needed, or namespace, pods or both',
      spec: { image, egress: [rule] },
    })),
    {
      kind,
      says: 'except takes addresses out of cidr',
      spec: { image, egress: [{ namespace: 'a', except: ['10.0.0.0/8'] }] },
    },
    ...(['database', 'cache'] as const).flatMap((field) =>
      [{}, { [field]: { name: 'other' } }].map((spec): BrokenRule => ({
        kind,
        says: `${field} cannot be taken out`,
        old: { image, [field]: {} },
        spec: { image, ...spec },
      })),
    ),
  ];
}

/** Claims that break the rules of the kinds that hold others. */
export const holderRules: readonly BrokenRule[] = [
  ...holders.flatMap(ofHolder),
  {
    kind: 'WebApplication',
    says: 'replicas is decided by scaling already',
    spec: { image, replicas: 2, scaling: {} },
  },
  {
    kind: 'WebApplication',
    says: 'path is a part of what hostname serves',
    spec: { image, path: '/store' },
  },
];
