import type {
  JsonObject,
  Observed,
  ResourceSelector,
  ServedKind,
} from '../../functions/composition/contract.ts';
import type { Offer, Platform } from '../../render/platform.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import type { Rendering, Surroundings } from '../../render/render-claim.ts';
import { renderClaim } from '../../render/render-claim.ts';
import type { Cluster } from './cluster.ts';

/** Rounds after which the function would have to be asking for ever new things; core gives up after five. */
const mostRounds = 10;

/** What a cluster is asked for in vain, or has, of all that the function asks for. */
interface Known {
  readonly required: Map<string, Observed | undefined>;
  readonly served: Map<string, boolean>;
}

/**
 * What a cluster has beside a claim and what it composed: the function is run, and what it asks for is read, until it asks for
 * nothing more.
 */
export async function surroundingsOf(
  cluster: Cluster,
  platform: Platform,
  { offer, claim, composed }: { offer: Offer; claim: JsonObject; composed: readonly Observed[] },
  also: Pick<Surroundings, 'stored' | 'replaces'>,
): Promise<{ readonly surroundings: Omit<Surroundings, 'world'>; readonly rendering: Rendering }> {
  const known: Known = { required: new Map(), served: new Map() };
  for (let round = 0; ; round += 1) {
    const asked = new Map<string, ServedKind>();
    const surroundings = {
      ...also,
      observed: composed,
      required: [...known.required.values()].filter((each) => each !== undefined),
      serves: (kind: ServedKind) => {
        asked.set(servedKey(kind), kind);
        return known.served.get(servedKey(kind)) ?? true;
      },
    };
    const rendering = renderClaim(platform, offer, claim, { ...surroundings, world: placeholderWorld() });
    const lookups = rendering.kind === 'rendered' ? rendering.outcome.lookups : (rendering.lookups ?? []);
    const news = await Promise.all([
      ...lookups.map(({ selector }) => learnObject(cluster, known, selector)),
      ...[...asked.values()].map((kind) => learnKind(cluster, known, kind)),
    ]);
    if (!news.includes(true) || round === mostRounds) return { surroundings, rendering };
  }
}

async function learnObject(
  cluster: Cluster,
  { required }: Known,
  selector: ResourceSelector,
): Promise<boolean> {
  const key = JSON.stringify(selector);
  if (required.has(key)) return false;
  const found = await cluster.find(selector);
  required.set(key, found);
  return found !== undefined;
}

async function learnKind(cluster: Cluster, { served }: Known, kind: ServedKind): Promise<boolean> {
  if (served.has(servedKey(kind))) return false;
  const serves = await cluster.serves(kind);
  served.set(servedKey(kind), serves);
  return !serves;
}

function servedKey({ apiVersion, kind }: ServedKind): string {
  return `${apiVersion} ${kind}`;
}
