import type { Definitions } from '../../assistant-store.ts';
import type { JobStore } from '../../job-store.ts';
import type { ThreadStore } from '../../thread-store.ts';
import { readStored } from '../rules/message.ts';
import { findAgent } from './named-agents.ts';
import type { AgentSources } from './named-agents.ts';

/** Finds what jobs run by that carry no definition. */
export function openDefinitions(
  sources: AgentSources,
  threads: Pick<ThreadStore, 'read'>,
  store: Pick<JobStore, 'request'>,
): Definitions {
  const ofJob = async (jobId: string) => readStored(await store.request(jobId))?.definition;
  return {
    ofJob,
    named: async (agent) => (await findAgent(sources, agent))?.definition,
    async ofThread(thread) {
      const known = await threads.read(thread);
      if (known?.definition !== undefined) return known.definition;
      return ofJob(thread);
    },
  };
}

/** Where every job brings its definition. */
export const noDefinitions: Definitions = {
  named: () => Promise.resolve(undefined),
  ofJob: () => Promise.resolve(undefined),
  ofThread: () => Promise.resolve(undefined),
};
