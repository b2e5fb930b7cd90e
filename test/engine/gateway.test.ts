import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { moduleFolder } from '../tools/go.ts';
import { versions } from '../tools/pins.ts';
import { freePorts } from '../tools/ports.ts';
import { program } from '../tools/programs.ts';
import { kubeconfig } from './access.ts';
import type { Draft, Live } from './api.ts';
import { ask } from './ask.ts';
import { claim, newNamespace } from './claims.ts';
import { describeEngine } from './engine.ts';
import { condition, isTrue } from './install.ts';
import { signal, start } from './keep.ts';
import { until } from './until.ts';

const api1 = 'gateway.networking.k8s.io/v1';
/** What Traefik watches besides HTTPRoutes, which every engine has. */
const kinds = ['gatewayclasses', 'gateways', 'grpcroutes', 'referencegrants', 'backendtlspolicies'];
const image = 'registry.example/shop:v1';
const hostname = 'shop.example.com';

/** An address of this machine that may stand in an EndpointSlice, as loopback may not. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const found = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (found === undefined) throw new Error('cannot find an IPv4 address of this machine besides loopback');
  return found.address;
}

describeEngine('a gateway that runs', ({ api, plane }) => {
  let server: Server;
  let namespace: string;
  let elsewhere: string;
  let definitions: readonly Draft[];
  let port: number;

  const platform = (gateway: object): Draft => ({
    apiVersion: 'apiextensions.crossplane.io/v1beta1',
    kind: 'EnvironmentConfig',
    metadata: { name: 'zerotouch' },
    data: { gateway },
  });
  const gatewayClass: Draft = {
    apiVersion: api1,
    kind: 'GatewayClass',
    metadata: { name: 'traefik' },
    spec: { controllerName: 'traefik.io/gateway-controller' },
  };

  beforeAll(async () => {
    const folder = await moduleFolder(`sigs.k8s.io/gateway-api@v${versions.gatewayApi}`);
    const texts = kinds.map((kind) =>
      readFile(join(folder, `config/crd/standard/gateway.networking.k8s.io_${kind}.yaml`), 'utf8'),
    );
    definitions = (await Promise.all(texts)).flatMap((text) =>
      loadAll(text).filter((each) => each !== null),
    ) as Draft[];
    for (const each of definitions) await api.apply(each);
    for (const each of definitions)
      await until(`${each.metadata.name} is served`, async () => isTrue(await api.get(each), 'Established'));
    namespace = await newNamespace(api, 'gateway');
    elsewhere = await newNamespace(api, 'elsewhere');
    const [listening] = await freePorts(1);
    if (listening === undefined) throw new Error('there is no free port');
    port = listening;
    server = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
    await new Promise<void>((resolve) => server.listen(0, ownAddress(), resolve));
    await api.apply(gatewayClass);
    await api.apply(gatewayFor());
    await start(plane.dir, 'traefik', {
      file: await program('traefik'),
      args: [
        '--providers.kubernetesGateway',
        '--providers.kubernetesGateway.throttleDuration=200ms',
        `--entryPoints.http.address=127.0.0.1:${port}`,
        '--global.checkNewVersion=false',
        '--global.sendAnonymousUsage=false',
      ],
      env: { KUBECONFIG: kubeconfig(plane, 'admin') },
    });
    await api.apply(platform({ name: 'public', namespace }));
    // Where Traefik is built first, which takes minutes.
  }, 1_800_000);

  afterAll(async () => {
    await signal(plane.dir, 'traefik', 'SIGTERM');
    server.close();
    await api.delete(platform({}));
    for (const each of [gatewayClass, ...definitions]) await api.delete(each);
  });

  function gatewayFor(): Draft {
    const selector = { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
    const allowedRoutes = { namespaces: { from: 'Selector', selector } };
    const listener = { name: 'http', protocol: 'HTTP', port, hostname: '*.example.com', allowedRoutes };
    return {
      apiVersion: api1,
      kind: 'Gateway',
      metadata: { name: 'public', namespace },
      spec: { gatewayClassName: 'traefik', listeners: [listener] },
    };
  }

  /** Waits until the claim says this of its route. */
  async function says(draft: Draft, words: string): Promise<void> {
    let last: Live | undefined;
    await until(
      `${draft.metadata.name} says: ${words}`,
      async () => {
        last = await api.find(draft);
        const route = condition(last, 'RouteReady');
        return `${route?.status} ${route?.message ?? ''}`.includes(words);
      },
      { seconds: 120, describe: () => last?.['status'] },
    );
  }

  /** The Pods of an application, which no node runs here: our own server. */
  async function serve(name: string): Promise<void> {
    const { address, port: backend } = server.address() as AddressInfo;
    const service = `${name}-web`;
    await until('the Service is there', () =>
      api.find({ apiVersion: 'v1', kind: 'Service', metadata: { name: service, namespace } }),
    );
    const labels = { 'kubernetes.io/service-name': service };
    await api.apply({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: service, namespace, labels },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: backend, protocol: 'TCP' }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    });
  }

  const asked = (host: string, path = '/') =>
    ask({ url: `http://127.0.0.1:${port}${path}`, hostname: host }, 20);

  it('accepts the route of a claim, and sends it the requests to its hostname and path, no others', async () => {
    const shop = claim('WebApplication', namespace, 'shop', { image, hostname, path: '/store' });
    await api.apply(shop);
    await says(shop, `False to ${hostname} is accepted, and leads nowhere yet`);
    await serve('shop');
    await says(shop, 'True');
    const answer = () => asked(hostname, '/store/1');
    await until('it is answered', async () => (await answer()).status === 200, { seconds: 60 });
    expect((await answer()).said).toBe(`${hostname} /store/1`);
    expect((await asked(hostname, '/storey')).status).toBe(404);
    expect((await asked('nobody.example.com', '/store/1')).status).toBe(404);

    await api.apply(platform({ name: 'another', namespace }));
    await api.patch(shop, { spec: { replicas: 2 } });
    await says(shop, `False to ${hostname} waits for Gateway ${namespace}/another to accept it`);
    await api.apply(platform({ name: 'public', namespace }));
    await api.patch(shop, { spec: { replicas: 1 } });
    await says(shop, 'True');
    await api.delete(shop);
  });

  it.each([
    {
      name: 'astray',
      where: () => namespace,
      host: 'shop.example.org',
      reason: 'NoMatchingListenerHostname',
    },
    { name: 'thief', where: () => elsewhere, host: hostname, reason: 'NotAllowedByListeners' },
  ])('$name wants $host, which is not its own: $reason', async ({ name, where, host, reason }) => {
    const draft = claim('WebApplication', where(), name, { image, hostname: host });
    await api.apply(draft);
    await says(draft, `False to ${host} is not accepted by Gateway ${namespace}/public: ${reason}: `);
    expect((await asked(host)).status).toBe(404);
    await api.delete(draft);
  });
});
