import { conditionOf, at, text } from '../../functions/composition/read.ts';
import { until } from '../engine/until.ts';
import type { Kubectl, Live, Ref } from './kubectl.ts';

/** Whether the condition of this type is True. */
export function isTrue(live: Live | undefined, type: string): boolean {
  return live !== undefined && conditionOf(live, type)?.status === 'True';
}

/** A claim's own word for its state, and its sentence. */
export function storyOf(live: Live | undefined): string {
  const said = [text(at(live, 'status', 'phase')), text(at(live, 'status', 'message'))];
  return said.filter((part) => part !== '').join(': ');
}

/** Waits until a condition of an object is True; says what the object said last when it is not. */
export async function becomes(cluster: Kubectl, ref: Ref, type: string, seconds: number): Promise<Live> {
  let last: Live | undefined;
  const name = ref.of.split('/').at(-1) ?? '';
  return until(
    `${name} is ${type}`,
    async () => {
      last = await cluster.find(ref);
      return isTrue(last, type) && upToDate(last) ? last : undefined;
    },
    { seconds, every: 500, describe: () => [storyOf(last), last && conditionOf(last, type)] },
  );
}

/** Whether the conditions speak of the spec as it is now. Crossplane notes on each which generation it has seen. */
function upToDate(live: Live | undefined): boolean {
  const generation = at(live, 'metadata', 'generation');
  const seen = at(live, 'status', 'conditions');
  if (!Array.isArray(seen)) return false;
  return seen.every((each) => {
    const observed = at(each, 'observedGeneration');
    return observed === undefined || observed === generation;
  });
}

/** Waits until an object is gone. */
export async function gone(cluster: Kubectl, ref: Ref, seconds: number): Promise<void> {
  await until(`${ref.of} is gone`, async () => (await cluster.find(ref)) === undefined, {
    seconds,
    every: 500,
  });
}

/** Makes sure that this deletion is refused, with words that say how it is allowed. */
export async function undeletable(
  cluster: Kubectl,
  wayOut: string,
  ...args: readonly string[]
): Promise<void> {
  const said = await cluster.run(['delete', ...args, '--wait=false']).then(
    () => 'deleted',
    (error: unknown) => String(error),
  );
  if (!said.includes(wayOut)) throw new Error(`expected ${args.join(' ')} to be refused, got: ${said}`);
}

/** Waits until nothing is left of a list; says what was left when something is. */
export async function noneLeft(
  what: string,
  left: () => Promise<readonly string[]>,
  seconds: number,
): Promise<void> {
  let last: readonly string[] = [];
  await until(
    what,
    async () => {
      last = await left();
      return last.length === 0;
    },
    { seconds, every: 1_000, describe: () => last },
  );
}
