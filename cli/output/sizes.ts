import type { Json, Observed } from '../../functions/composition/contract.ts';
import { at, list, number, object, text } from '../../functions/composition/read.ts';

/** How large the object is, in a few words: `1 × 250m–1 CPU, 512Mi–2Gi, 20Gi disk`; empty when it has no size. */
export function sizeOf(composed: Observed): string {
  const { spec } = composed;
  if (composed.kind === 'Secret') return `${Object.keys(object(composed.data)).length} keys`;
  const computing = computingOf(spec);
  const count = countOf(spec);
  const disk = text(
    at(spec, 'storage', 'size') ??
      at(spec, 'snapshot', 'persistentVolumeClaimSpec', 'resources', 'requests', 'storage'),
  );
  return [
    [count, computing].filter((each) => each !== '').join(' × '),
    disk === '' ? '' : `${disk} disk`,
    text(at(spec, 'schedule')),
  ]
    .filter((each) => each !== '')
    .join(', ');
}

/** How many of it there are: a number, or the bounds between which an autoscaler moves. */
function countOf(spec: Json | undefined): string {
  const [least, most] = [number(at(spec, 'minReplicaCount')), number(at(spec, 'maxReplicaCount'))];
  if (least !== undefined && most !== undefined) return `${least} to ${most} Pods`;
  const count = number(at(spec, 'instances')) ?? number(at(spec, 'replicas'));
  if (count === undefined) return '';
  if (computingOf(spec) !== '') return `${count}`;
  return count === 1 ? '1 replica' : `${count} replicas`;
}

/** Requests and limits of the first container, or of the object where it has them itself. */
function computingOf(spec: Json | undefined): string {
  const [container] = list(at(spec, 'template', 'spec', 'containers'));
  const resources = at(spec, 'resources') ?? at(container, 'resources');
  const range = (name: string) => {
    const [request, limit] = ['requests', 'limits'].map((each) => text(at(resources, each, name)));
    return request === limit ? (limit ?? '') : [request, limit].filter(Boolean).join('–');
  };
  const [cpu, memory] = [range('cpu'), range('memory')];
  return [cpu === '' ? '' : `${cpu} CPU`, memory].filter((each) => each !== '').join(', ');
}
