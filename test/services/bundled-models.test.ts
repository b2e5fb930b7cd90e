import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { installWorker } from '../servers/bundled-worker.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import type { TestJob } from '../servers/job.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { chat, delta, toolCall } from '../stubs/raw-chat.ts';
import { converse, converseCall, converseText } from '../stubs/raw-converse.ts';
import { gemini, geminiChunk } from '../stubs/raw-gemini.ts';
import { callBlock, messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import type { RawAnswer, RawModel } from '../stubs/raw-model.ts';

/** What each maker's server says: it calls the tool first, and then answers. */
const says: Readonly<Record<string, { readonly call: RawAnswer; readonly words: RawAnswer }>> = {
  openai: {
    call: { body: chat([toolCall('double', '{"n":21}'), delta({}, 'tool_calls')]) },
    words: { body: chat([delta({ content: 'Done.' }, 'stop')]) },
  },
  anthropic: {
    call: {
      body: messages([messageStart, ...callBlock('double', { n: 21 }), ...messageEnd('tool_use')]),
    },
    words: { body: messages([messageStart, ...textBlock('Done.'), ...messageEnd('end_turn')]) },
  },
  bedrock: {
    call: converses(converse(converseCall('tooluse_1', 'double', { n: 21 }), 'tool_use')),
    words: converses(converse(converseText('Done.'))),
  },
  google: {
    call: { body: gemini([geminiChunk([{ functionCall: { name: 'double', args: { n: 21 } } }], 'STOP')]) },
    words: { body: gemini([geminiChunk([{ text: 'Done.' }], 'STOP')]) },
  },
};

function converses(body: Uint8Array): RawAnswer {
  return { headers: { 'content-type': 'application/vnd.amazon.eventstream' }, body };
}

/** A job for a model of this provider. */
function jobFor(provider: string): TestJob {
  const job = testJob({}, [doubleTool]);
  const event = JSON.stringify(job.event).replace('"provider":"openai"', `"provider":"${provider}"`);
  return { ...job, event: JSON.parse(event) as JsonObject };
}

describeServers(
  'the worker as its image has it, which loads clients of models with the first job',
  (servers) => {
    let folder: string;
    let world: World;
    let worker: WorkerProcess;
    const models = new Map<string, RawModel>();
    const origin = (provider: string): string => models.get(provider)?.origin ?? '';

    beforeAll(async () => {
      for (const [provider, { call, words }] of Object.entries(says))
        models.set(provider, await startRawModel((_, n) => (n === 1 ? call : words)));
      // Azure has the protocol and the client of OpenAI.
      const azure = says['openai'];
      if (azure) models.set('azure', await startRawModel((_, n) => (n === 1 ? azure.call : azure.words)));
      folder = await mkdtemp(join(tmpdir(), 'zerotouch-models-'));
      const program = await installWorker(folder);
      world = await createWorld(servers, {
        OPENAI_API_KEY: 'key',
        OPENAI_BASE_URL: `${origin('openai')}/v1`,
        ANTHROPIC_API_KEY: 'key',
        ANTHROPIC_BASE_URL: origin('anthropic'),
        AZURE_OPENAI_ENDPOINT: origin('azure'),
        AZURE_OPENAI_API_KEY: 'key',
        BEDROCK_REGION: 'eu-central-1',
        BEDROCK_BASE_URL: origin('bedrock'),
        AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'a secret of AWS',
        GOOGLE_API_KEY: 'key',
        GOOGLE_BASE_URL: origin('google'),
      });
      worker = await world.worker({}, program);
      await worker.ready(120);
    });
    afterAll(async () => {
      await world.close();
      for (const model of models.values()) await model.close();
      await rm(folder, { recursive: true });
    });

    test.each(['openai', 'anthropic', 'azure', 'bedrock', 'google'])(
      '%s: a model is asked, calls a tool, reads its answer, and ends the job',
      async (provider) => {
        const job = jobFor(provider);
        await world.publish(job);
        const { event } = await world.result(job.jobId, 120);
        expect(event, worker.log()).toMatchObject({
          data: { result: { status: 'completed', output: 'Done.' } },
        });
        const requests = models.get(provider)?.requests ?? [];
        expect(requests).toHaveLength(2);
        expect(JSON.stringify(requests[1])).toContain('42');
      },
    );
  },
);
