import { until } from '../engine/until.ts';
import { isTrue } from './claims.ts';
import type { Kubectl } from './kubectl.ts';
import { programMap, programPod } from './programs.ts';

/** Our client in a namespace of its own, from where it tries what it reaches; with a Secret of that as its environment. */
export async function startGuest(cluster: Kubectl, where: string, env?: string): Promise<void> {
  await cluster.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: where } }]);
  const map = JSON.stringify(await programMap('client', where));
  await cluster.run(['apply', '--server-side', '-f', '-'], { input: map });
  const pod = { name: 'client', program: 'client', namespace: where, args: ['wait'] } as const;
  await cluster.apply([programPod(env === undefined ? pod : { ...pod, env })]);
  const ref = { of: 'pod/client', in: where };
  await until('its Pod is ready', async () => isTrue(await cluster.find(ref), 'Ready'), { seconds: 120 });
}

/** The page at an address, as a Pod with Node sees it. */
export function pageOf(cluster: Kubectl, pod: string, where: string, url: string): Promise<string> {
  const program = 'fetch(process.argv[1]).then((answer) => answer.text()).then((text) => console.log(text))';
  return cluster.exec(pod, where, ['node', '-e', program, url]);
}

/** Tries for three seconds to connect from a Pod to each address; gives `open`, or why not. */
async function tried(
  cluster: Kubectl,
  pod: string | Promise<string>,
  where: string,
  addresses: readonly string[],
): Promise<Record<string, string>> {
  const program = `
    const { connect } = require('node:net');
    const results = process.argv.slice(1).map((address) => new Promise((resolve) => {
      const [host, port] = address.split(':');
      const socket = connect({ host, port: Number(port), timeout: 3000 });
      const end = (word) => { socket.destroy(); resolve([address, word]); };
      socket.on('connect', () => end('open')).on('timeout', () => end('timeout')).on('error', ({ code }) => end(code));
    }));
    Promise.all(results).then((all) => console.log(JSON.stringify(Object.fromEntries(all))));
  `;
  const answer = await cluster.exec(await pod, where, ['node', '-e', program, ...addresses]);
  return JSON.parse(answer) as Record<string, string>;
}

/** Makes sure that a Pod reaches all of these. */
export async function reached(...call: Parameters<typeof tried>): Promise<void> {
  const odd = Object.entries(await tried(...call)).filter(([, word]) => word !== 'open');
  if (odd.length > 0) throw new Error(`expected all to be reached, got ${odd.join('; ')}`);
}

/** Makes sure that it reaches none of them. */
export async function refused(...call: Parameters<typeof tried>): Promise<void> {
  const words = Object.entries(await tried(...call));
  const odd = words.filter(([, word]) => word !== 'timeout' && word !== 'ECONNREFUSED');
  if (odd.length > 0) throw new Error(`expected none to be reached, got ${odd.join('; ')}`);
}
