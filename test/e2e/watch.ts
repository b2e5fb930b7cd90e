import type { Kubectl, Ref } from './kubectl.ts';
import { storyOf } from './claims.ts';

/** What a claim said of itself, from the moment of the call until `stop`: each different sentence once, in order. */
export function listen(
  cluster: Kubectl,
  ref: Ref,
): { readonly heard: readonly string[]; stop(): Promise<void> } {
  const heard: string[] = [];
  let listening = true;
  const loop = (async () => {
    while (listening) {
      const said = storyOf(await cluster.find(ref).catch(() => undefined));
      if (said !== '' && said !== heard.at(-1)) heard.push(said);
    }
  })();
  return {
    heard,
    async stop() {
      listening = false;
      await loop;
    },
  };
}
