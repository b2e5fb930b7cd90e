import type { IPodSpec as PodSpec } from 'kubernetes-models/v1/PodSpec';
import type { Problem } from '../composition/contract.ts';
import { checkLabels } from './labels.ts';

/** Where Pods may run, as claims say it. */
export interface Placement {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly priorityClassName?: string;
  readonly spread: 'none' | 'nodes' | 'zones';
}

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly tolerationSeconds?: number;
}

/** What keeps the Pods to their nodes. */
export function placed({
  nodeSelector,
  tolerations,
  priorityClassName,
}: Partial<Placement>): Pick<PodSpec, 'nodeSelector' | 'tolerations' | 'priorityClassName'> {
  return {
    ...(nodeSelector === undefined ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations === undefined ? {} : { tolerations: tolerations.map((each) => ({ ...each })) }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
  };
}

/** What keeps the Pods of these labels apart, as far as there are nodes and zones: none waits for one. */
export function spreadOut(
  { spread = 'nodes' }: Partial<Placement>,
  matchLabels: Record<string, string>,
): Pick<PodSpec, 'topologySpreadConstraints'> {
  if (spread === 'none') return {};
  const keys = ['kubernetes.io/hostname', ...(spread === 'zones' ? [zoneKey] : [])];
  return {
    topologySpreadConstraints: keys.map((key) => spreadOver(key, matchLabels)),
  };
}

/** The label of nodes that says in which zone they are. */
export const zoneKey = 'topology.kubernetes.io/zone';

/** Keeps the Pods of these labels apart by one label of their nodes, where that can be done. */
export function spreadOver(topologyKey: string, matchLabels: Record<string, string>) {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway' as const,
    labelSelector: { matchLabels },
  };
}

/** What the API server would refuse in the Pods. */
export function checkPlacement(
  path: string,
  { nodeSelector, tolerations = [] }: Omit<Placement, 'spread'>,
): Problem[] {
  return [
    ...checkLabels(`${path}.nodeSelector`, nodeSelector),
    ...tolerations.flatMap((each, index) => checkToleration(`${path}.tolerations[${index}]`, each)),
  ];
}

function checkToleration(
  path: string,
  { key, operator, value = '', effect, tolerationSeconds }: Toleration,
): Problem[] {
  const exists = operator === 'Exists';
  const broken = [
    ...checkLabels(path, key === undefined || key === '' ? {} : { [key]: value }).map(
      ({ message }) => message,
    ),
    ...((key ?? '') === '' && !exists ? ['key is needed, or operator Exists'] : []),
    ...(exists && value !== '' ? ['value is nothing to operator Exists'] : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? ['tolerationSeconds is for effect NoExecute only']
      : []),
  ];
  // Each field by itself may be right.
  return broken.map((message) => ({ path, message }));
}
