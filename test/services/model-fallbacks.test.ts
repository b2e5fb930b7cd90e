import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import { callBlock, messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import type { RawModel } from '../stubs/raw-model.ts';

const MODEL_FALLBACKS = JSON.stringify([{ provider: 'anthropic', model: 'claude' }]);
const callsTheTool = {
  body: messages([messageStart, ...callBlock('double', { n: 21 }), ...messageEnd('tool_use')]),
};
const answers = { body: messages([messageStart, ...textBlock('Done.'), ...messageEnd('end_turn')]) };

describeServers('a job whose model is away, and whose definition names no other', (servers) => {
  let away: RawModel;
  let other: RawModel;
  let world: World;
  /** Whether the other model has no word for whoever reads what the tool said. */
  let isSilent = true;

  beforeAll(async () => {
    away = await startRawModel(() => ({ status: 503, body: 'no' }));
    other = await startRawModel((body) => {
      if (!JSON.stringify(body['messages']).includes('tool_result')) return callsTheTool;
      return isSilent ? { body: '', after: 'hang' } : answers;
    });
    world = await createWorld(servers, {
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: `${away.origin}/v1`,
      ANTHROPIC_API_KEY: 'key',
      ANTHROPIC_BASE_URL: other.origin,
    });
  });
  afterAll(async () => {
    await world.close();
    await Promise.all([away.close(), other.close()]);
  });

  test('goes on with a model of MODEL_FALLBACKS where the worker before, which is gone, had left it', async () => {
    const job = testJob({}, [doubleTool]);
    const first = await world.worker({ MODEL_FALLBACKS });
    await first.ready();
    await world.publish(job);
    await until(
      'the other model is asked a second time',
      () => Promise.resolve(other.requests.length === 2),
      {
        seconds: 60,
        describe: () => first.log(),
      },
    );
    first.signal('SIGKILL');
    await first.exited();
    isSilent = false;
    const second = await world.worker({ MODEL_FALLBACKS });
    await second.ready();
    const { event } = await world.result(job.jobId);
    expect(event).toMatchObject({ data: { result: { status: 'completed', output: 'Done.' } } });
    // The call that was under way when its worker was killed is made again, and nothing before it.
    expect(other.requests).toHaveLength(3);
    second.signal('SIGTERM');
    await second.exited();
  });

  test('waits on a worker without the list, and is ended by one that has it', async () => {
    const job = testJob();
    const without = await world.worker();
    await without.ready();
    const asked = away.requests.length;
    await world.publish(job);
    await until('its own model is asked', () => Promise.resolve(away.requests.length > asked), {
      seconds: 60,
    });
    await until('the job waits', async () => (await world.status(job.jobId)) === 'queued', { seconds: 60 });
    without.signal('SIGTERM');
    await without.exited();
    const withIt = await world.worker({ MODEL_FALLBACKS });
    await withIt.ready();
    const { event } = await world.result(job.jobId);
    expect(event, withIt.log()).toMatchObject({ data: { result: { status: 'completed' } } });
  });
});
