import { join } from 'node:path';
import { namespace as story } from '../../e2e/world.ts';
import { run } from '../../e2e/shell.ts';
import { moduleFolder } from '../../tools/go.ts';
import { versions } from '../../tools/pins.ts';
import { program } from '../../tools/programs.ts';
import { traefik, traefikImage } from '../images/catalog.ts';
import { applyManifest, pods, rolledOut } from './part.ts';
import type { Part } from './part.ts';

const name = 'public';
/** The platform's gateway: the object, and where its Pods are. */
export const publicGateway = { name, namespace: 'gateways' } as const;
const labels = { app: name };
const { namespace } = publicGateway;
const api = 'gateway.networking.k8s.io';
const rbac = 'rbac.authorization.k8s.io';
/** A listener's port is that of the proxy; the Service is on 80. */
const listening = 8000;
const pinging = 8080;

/** A gateway of the Gateway API: Traefik with that provider alone, and a Gateway for the story's hostnames. */
export const gateway: Part = {
  images: [traefik],
  async install({ cluster }) {
    const folder = await moduleFolder(`sigs.k8s.io/gateway-api@v${versions.gatewayApi}`);
    await applyManifest(
      cluster,
      await run(await program('kubectl'), ['kustomize', join(folder, 'config/crd')]),
    );
    const metadata = { name, namespace };
    await cluster.apply([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      ...account(),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: listening }] },
      },
      proxy(),
    ]);
    await cluster.run(['wait', `crd/gateways.${api}`, '--for=condition=Established', '--timeout=60s']);
    await cluster.apply([
      {
        apiVersion: `${api}/v1`,
        kind: 'GatewayClass',
        metadata: { name: 'traefik' },
        spec: { controllerName: 'traefik.io/gateway-controller' },
      },
      { apiVersion: `${api}/v1`, kind: 'Gateway', metadata, spec: listeners() },
    ]);
    await rolledOut(cluster, namespace, `deployment/${name}`);
    const programmed = ['--for=condition=Programmed', '--timeout=120s'];
    await cluster.run(['-n', namespace, 'wait', `gateway/${name}`, ...programmed], { seconds: 130 });
  },
};

/** Whose hostnames these are is the Gateway's to say: those of example.com are the story's namespace's. */
function listeners(): object {
  const selector = { matchLabels: { 'kubernetes.io/metadata.name': story } };
  return {
    gatewayClassName: 'traefik',
    listeners: [
      {
        name: 'http',
        protocol: 'HTTP',
        port: listening,
        hostname: '*.example.com',
        allowedRoutes: { namespaces: { from: 'Selector', selector } },
      },
    ],
  };
}

/** What Traefik's own page on this provider gives it. https://doc.traefik.io/traefik/providers/kubernetes-gateway/ */
function account(): object[] {
  const kinds = ['gatewayclasses', 'gateways', 'httproutes', 'grpcroutes', 'referencegrants'];
  const all = [...kinds, 'backendtlspolicies'];
  const read = ['get', 'list', 'watch'];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'node-gateway' },
      rules: [
        { apiGroups: [''], resources: ['namespaces', 'services', 'secrets', 'configmaps'], verbs: read },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
        { apiGroups: [api], resources: all, verbs: read },
        { apiGroups: [api], resources: all.map((kind) => `${kind}/status`), verbs: ['update'] },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'node-gateway' },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'node-gateway' },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    },
  ];
}

function proxy(): object {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: pods(labels, {
      serviceAccountName: name,
      containers: [
        {
          name: 'traefik',
          image: traefikImage,
          args: [
            '--providers.kubernetesGateway',
            // Routes follow Pods within this time; by default within two seconds.
            '--providers.kubernetesGateway.throttleDuration=500ms',
            `--entryPoints.http.address=:${listening}`,
            `--entryPoints.traefik.address=:${pinging}`,
            '--ping',
            // It would ask its vendor.
            '--global.checkNewVersion=false',
            '--global.sendAnonymousUsage=false',
          ],
          resources: { requests: { cpu: '100m', memory: '64Mi' } },
          readinessProbe: { httpGet: { path: '/ping', port: pinging }, periodSeconds: 1 },
        },
      ],
    }),
  };
}
