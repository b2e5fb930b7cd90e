import { join } from 'node:path';
import { build } from 'esbuild';
import { containerSecurity, podSecurity } from '../../functions/kube/pod-security.ts';

/** Node as the programs run on it; public, so that no image has to be built for them. */
export const nodeImage = 'node:24.21.0-trixie-slim';
/** The image's user. */
const user = 1000;

/** The programs of `pods/` that run in the story's namespace, each with the port that it answers on, if it does. */
export const programs = { client: undefined, writer: 8080, model: 8089 } as const;
export type PodProgram = keyof typeof programs;

/** A program as one ES module, as small as it gets: it travels in a ConfigMap, which holds 1 MiB. */
export async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    minify: true,
    write: false,
    external: ['pg-native'],
    logLevel: 'error',
    // Packages in CommonJS call for Node's own modules; and none of what is bundled is the main module.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    define: { 'import.meta.main': 'false' },
  });
  return outputFiles[0]?.text ?? '';
}

/** The ConfigMap that a program's Pods take it from. */
export async function programMap(name: PodProgram, namespace: string): Promise<object> {
  const data = { 'main.mjs': await bundled(`pods/${name}.ts`) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `program-${name}`, namespace }, data };
}

/** What a Pod is called, what it runs, and which Secrets it has: one as files in /conn, one as its environment. */
export interface PodWanted {
  readonly name: string;
  readonly program: PodProgram;
  readonly namespace: string;
  readonly args?: readonly string[];
  readonly secret?: string;
  readonly env?: string;
}

/** A Pod that runs a program and passes the restricted Pod Security Standard. */
export function programPod({ name, program, namespace, args = [], secret, env }: PodWanted) {
  const conn = secret === undefined ? [] : [{ name: 'conn', secret: { secretName: secret } }];
  const port = programs[program];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      securityContext: podSecurity(user),
      containers: [
        {
          name: program,
          image: nodeImage,
          imagePullPolicy: 'IfNotPresent',
          command: ['node', '/program/main.mjs', ...args],
          ...(env === undefined ? {} : { envFrom: [{ secretRef: { name: env } }] }),
          ...(port === undefined ? {} : { readinessProbe: { tcpSocket: { port }, periodSeconds: 1 } }),
          resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } },
          securityContext: containerSecurity,
          volumeMounts: [
            { name: 'program', mountPath: '/program' },
            ...conn.map(() => ({ name: 'conn', mountPath: '/conn' })),
          ],
        },
      ],
      volumes: [{ name: 'program', configMap: { name: `program-${program}` } }, ...conn],
    },
  };
}

/** The model's Pod behind a Service of its name. */
export function modelServer(namespace: string): object[] {
  const metadata = { name: 'model', namespace };
  const spec = { selector: { app: 'model' }, ports: [{ port: programs.model }] };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec },
    programPod({ name: 'model', program: 'model', namespace }),
  ];
}
