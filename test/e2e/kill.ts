import { at, text } from '../../functions/composition/read.ts';
import { until } from '../engine/until.ts';
import type { Kubectl } from './kubectl.ts';
import { bundled, nodeImage } from './programs.ts';
import { here, namespace } from './world.ts';

/** Apart from the story's own, which admits no Pod that sees the node. */
export const killerNamespace = `${namespace}-killer`;

/** Ends a Pod without a warning to anything in it: all its processes are killed, then it is deleted. */
export async function killPod(cluster: Kubectl, name: string): Promise<void> {
  const victim = await cluster.get(here(`pod/${name}`));
  const uid = text(at(victim, 'metadata', 'uid'));
  const killer = `killer-${uid}`;
  const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
  const metadata = { name: killer, namespace: killerNamespace };
  await cluster.apply([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: killerNamespace, labels } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'main.mjs': await bundled('pods/killer.ts') } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: killerSpec(killer, uid, text(at(victim, 'spec', 'nodeName'))),
    },
  ]);
  let phase = '';
  await until(
    `${name} is killed`,
    async () => {
      phase = text(at(await cluster.get({ of: `pod/${killer}`, in: killerNamespace }), 'status', 'phase'));
      return phase === 'Succeeded';
    },
    { seconds: 180, every: 200, describe: () => phase },
  );
  await cluster.run([
    'delete',
    'pod',
    name,
    '-n',
    namespace,
    '--grace-period=0',
    '--force',
    '--ignore-not-found',
  ]);
}

function killerSpec(program: string, uid: string, nodeName: string): object {
  return {
    nodeName,
    hostPID: true,
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'killer',
        image: nodeImage,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '/program/main.mjs', uid],
        securityContext: { runAsUser: 0 },
        volumeMounts: [{ name: 'program', mountPath: '/program' }],
      },
    ],
    volumes: [{ name: 'program', configMap: { name: program } }],
  };
}
