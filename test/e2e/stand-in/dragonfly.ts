import type { JsonObject } from '../../../functions/composition/contract.ts';
import { at, list, number, object, text } from '../../../functions/composition/read.ts';
import { apply, get, operate } from './api.ts';

/**
 * Plays the Dragonfly operator where neither it nor its server can be had: each Dragonfly becomes a Redis with the
 * Secret's password behind the Service of the same name, with the phases that the operator reports. Like the operator it
 * watches no Secret: only what is on the Pod template makes the Pods new.
 */
const dragonflies = '/apis/dragonflydb.io/v1alpha1';

/** A Redis told its password on standard input, so that it is on no command line, and in place of the shell. */
const server = `exec redis-server - --port 6379 --save "" --dir /tmp <<PASSWORD
requirepass $DFLY_requirepass
PASSWORD`;

function owned(dragonfly: JsonObject) {
  const { name, namespace, uid } = object(dragonfly['metadata']);
  const owner = { apiVersion: 'dragonflydb.io/v1alpha1', kind: 'Dragonfly', name, uid, controller: true };
  return { name, namespace, ownerReferences: [owner], labels: { app: name } };
}

function service(dragonfly: JsonObject): object {
  const metadata = owned(dragonfly);
  const spec = { selector: { app: metadata.name }, ports: [{ name: 'redis', port: 6379 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec };
}

function statefulSet(dragonfly: JsonObject, image: string): object {
  const metadata = owned(dragonfly);
  const spec = object(dragonfly['spec']);
  const container = {
    name: 'dragonfly',
    image,
    command: ['sh', '-c', server],
    env: [
      {
        name: 'DFLY_requirepass',
        valueFrom: { secretKeyRef: object(at(spec, 'authentication', 'passwordFromSecret')) },
      },
    ],
    readinessProbe: { tcpSocket: { port: 6379 }, periodSeconds: 1 },
    resources: spec['resources'],
    securityContext: spec['containerSecurityContext'],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      serviceName: metadata.name,
      replicas: spec['replicas'],
      selector: { matchLabels: { app: metadata.name } },
      template: {
        metadata: { labels: { app: metadata.name }, annotations: at(spec, 'podMetadata', 'annotations') },
        spec: { securityContext: spec['podSecurityContext'], containers: [container] },
      },
    },
  };
}

/** In the operator's words: https://github.com/dragonflydb/dragonfly-operator/blob/v1.6.1/api/v1alpha1/dragonfly_types.go */
function phase(set: JsonObject, before: string): string {
  const status = object(set['status']);
  const wanted = number(at(set, 'spec', 'replicas'));
  const current = status['observedGeneration'] === at(set, 'metadata', 'generation');
  if (current && status['readyReplicas'] === wanted && status['updatedReplicas'] === wanted) return 'Ready';
  return before === 'Ready' || before === 'RollingUpdate' ? 'RollingUpdate' : 'ResourcesCreated';
}

async function serve(dragonfly: JsonObject, image: string): Promise<void> {
  const { name, namespace, deletionTimestamp } = object(dragonfly['metadata']);
  if (deletionTimestamp !== undefined) return; // the garbage collector takes the rest
  await apply(`/api/v1/namespaces/${text(namespace)}/services/${text(name)}`, service(dragonfly));
  const sets = `/apis/apps/v1/namespaces/${text(namespace)}/statefulsets/${text(name)}`;
  const set = await apply(sets, statefulSet(dragonfly, image));
  const before = text(at(dragonfly, 'status', 'phase'));
  const now = phase(set, before);
  if (now === before) return;
  const head = {
    apiVersion: dragonfly['apiVersion'] ?? '',
    kind: 'Dragonfly',
    metadata: { name, namespace },
  };
  const path = `${dragonflies}/namespaces/${text(namespace)}/dragonflies/${text(name)}/status`;
  await apply(path, { ...head, status: { phase: now } });
}

async function look(image: string): Promise<void> {
  const { items } = await get(`${dragonflies}/dragonflies`);
  // A list leaves out what all of its items share.
  for (const dragonfly of list(items))
    await serve({ ...object(dragonfly), apiVersion: 'dragonflydb.io/v1alpha1' }, image);
}

void operate(() => look(process.argv[2] ?? ''));
