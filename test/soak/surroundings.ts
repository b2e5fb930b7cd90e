import { FAILED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { openServers } from '../servers/open.ts';
import type { ServerUrls } from '../servers/open.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import { followResults } from './results.ts';
import type { Results } from './results.ts';

/** What a long run has around it. */
export interface Surroundings {
  readonly world: World;
  readonly front: Front;
  readonly results: Results;
  /** The environment of its workers: what everybody has by default, and both providers. */
  readonly env: Readonly<Record<string, string>>;
}

/** Does something in a world of its own, on servers that are found or started, or on its own. */
export async function inSurroundings<T>(
  work: (around: Surroundings) => Promise<T>,
  own: Partial<ServerUrls> = {},
): Promise<T> {
  const opened = await openServers();
  if (opened.kind === 'missing')
    throw new Failure(`cannot start the servers: ${opened.advice.join('; ')}`, FAILED);
  try {
    return await onServers({ ...opened.urls, ...own }, work);
  } finally {
    await opened.close();
  }
}

/** The same on these servers. */
async function onServers<T>(urls: ServerUrls, work: (around: Surroundings) => Promise<T>): Promise<T> {
  const world = await createWorld(urls, { LEASE_DURATION: '30s', RETRY_BASE_DELAY: '1s' });
  const front = await startFront(world.model.url);
  const neighbour = await startRawModel(() => ({
    body: messages([messageStart, ...textBlock('fine'), ...messageEnd('end_turn')]),
  }));
  const env = {
    OPENAI_BASE_URL: front.url,
    OPENAI_API_KEY: 'a-key',
    ANTHROPIC_BASE_URL: neighbour.origin,
    ANTHROPIC_API_KEY: 'another-key',
    LOG_LEVEL: 'error',
  };
  try {
    return await work({ world, front, env, results: followResults(world) });
  } finally {
    await world.close();
    await Promise.all([front.close(), neighbour.close()]);
  }
}
