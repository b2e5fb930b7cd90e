import { at, text } from '../../functions/composition/read.ts';
import { until } from '../engine/until.ts';
import { isTrue } from './claims.ts';
import { killPod } from './kill.ts';
import type { Kubectl, Live, Ref } from './kubectl.ts';
import { inCluster } from './pods.ts';
import type { Visited } from './pods/visits.ts';

/** Where visitors find the shop: its address, and the hostname that they ask a gateway for. */
export interface Door {
  readonly url: string;
  readonly hostname?: string;
}

/** People who visit the shop of `pods/shop.ts`, from our client's Pod, and remember which visits it took. */
export class Visitors {
  readonly #acknowledged: string[] = [];
  readonly #cluster: Kubectl;
  readonly #door: Door;

  constructor(cluster: Kubectl, door: Door) {
    this.#cluster = cluster;
    this.#door = door;
  }

  get count(): number {
    return this.#acknowledged.length;
  }

  /** One visit: whether it was taken. */
  async came(visit: string): Promise<boolean> {
    const order = { do: 'http', ...this.#door, body: { visit } } as const;
    const { status } = await inCluster<{ status: number }>(this.#cluster, order);
    if (status === 201) this.#acknowledged.push(visit);
    return status === 201;
  }

  /** Four visitors for so many seconds, each visit under a name of its own. */
  async visit(prefix: string, seconds: number): Promise<Visited> {
    const order = { do: 'visits', ...this.#door, prefix, visitors: 4, seconds } as const;
    const visited = await inCluster<Visited>(this.#cluster, order);
    this.#acknowledged.push(...visited.acknowledged);
    return visited;
  }

  /** Visits until none is refused any more. */
  async served(seconds: number): Promise<void> {
    const isServed = async () => {
      const { acknowledged, refused } = await this.visit(`after-${Date.now()}`, 5);
      return acknowledged.length > 0 && refused === 0;
    };
    await until('no visit is refused any more', isServed, { seconds });
  }

  /** Makes sure that the shop has every visit that it took; says how many. */
  async verify(): Promise<string> {
    const { body } = await inCluster<{ body: string[] }>(this.#cluster, { do: 'http', ...this.#door });
    const found = new Set(body);
    const lost = this.#acknowledged.filter((name) => !found.has(name));
    if (lost.length > 0) throw new Error(`${lost.length} of ${this.count} acknowledged visits are lost`);
    return `${this.count} acknowledged, none lost`;
  }
}

/** The primary of a PostgresInstance, by its claim. */
export async function primaryOf(cluster: Kubectl, database: Ref): Promise<string> {
  return primary(await cluster.get(database));
}

function primary(live: Live): string {
  return text(at(live, 'status', 'primary'));
}

/** Kills the primary; gives both names once the database is whole again with another. */
export async function failOver(cluster: Kubectl, database: Ref): Promise<string> {
  const before = await primaryOf(cluster, database);
  let live: Live | undefined;
  await killPod(cluster, before);
  return until(
    'the database is Ready with another primary',
    async () => {
      live = await cluster.get(database);
      return isTrue(live, 'Ready') && primary(live) !== before && `${before} to ${primary(live)}`;
    },
    { seconds: 420, every: 1_000, describe: () => live?.['status'] },
  );
}
