import type { SentEvent } from '../pods/http.ts';
import { inCluster } from '../pods.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { definition, endpoint, input, secretUri } from '../workload.ts';
import { secretValues } from '../world.ts';
import type { World } from '../world.ts';

/** Tokens that come slowly, so that there is something to watch and to come back to. */
const talkative = { tokens: 60, tokenMs: 20 };

/** One job over HTTP, watched through the Service by a client that loses its connection. */
export function jobs({ cluster }: World): Chapter {
  const id = `watched-${Date.now()}`;
  const url = `${endpoint}/jobs/${id}/events`;
  let first: readonly SentEvent[] = [];
  const token = async () => {
    const { token: value = '' } = await secretValues(cluster, 'agent-executor-api');
    return { authorization: `Bearer ${value}` };
  };
  return {
    title: 'A job is watched',
    steps: [
      step('it is accepted through the Service', async () => {
        const data = {
          job_id: id,
          trace_id: id,
          agent_definition: definition(talkative),
          input_payload: input,
        };
        const answer = await inCluster<{ status: number; body: unknown }>(cluster, {
          do: 'http',
          url: `${endpoint}/`,
          headers: { prefer: 'respond-async', ...(await token()) },
          body: { specversion: '1.0', type: 'dev.my-platform.agent.execute', source: 'e2e', id, data },
        });
        if (answer.status !== 202) throw new Error(`expected 202, got ${JSON.stringify(answer)}`);
      }),
      step('whoever has no token is refused', async () => {
        const answer = await inCluster<{ status: number }>(cluster, {
          do: 'http',
          url: `${endpoint}/jobs/${id}`,
        });
        if (answer.status !== 401) throw new Error(`expected 401, got ${answer.status}`);
      }),
      step('its events are read until the connection is lost', async () => {
        first = await inCluster<readonly SentEvent[]>(cluster, {
          do: 'events',
          url,
          headers: await token(),
          take: 3,
        });
        if (first.length !== 3) throw new Error(`expected 3 events, got ${first.length}`);
        return first.map(({ event }) => event).join(', ');
      }),
      step(
        'Last-Event-ID brings the rest, with none lost and none twice',
        async () => {
          const headers = { 'last-event-id': first.at(-1)?.id ?? '', ...(await token()) };
          const rest = await inCluster<readonly SentEvent[]>(cluster, { do: 'events', url, headers });
          const whole = await inCluster<readonly SentEvent[]>(cluster, {
            do: 'events',
            url,
            headers: await token(),
          });
          const seen = [...first, ...rest].map(({ id, event }) => `${id} ${event}`);
          const all = whole.map(({ id, event }) => `${id} ${event}`);
          const odd = [
            ...seen.filter((one) => !all.includes(one)),
            ...all.filter((one) => !seen.includes(one)),
          ];
          if (odd.length > 0 || seen.length !== all.length)
            throw new Error(
              `expected the ${all.length} events in two parts, got ${seen.length}; not in both: ${odd.join(', ')}`,
            );
          const terminal = whole.filter(({ event }) => event === 'end').length;
          if (terminal !== 1 || whole.at(-1)?.event !== 'end')
            throw new Error(`expected one end, at the end`);
          return `${first.length} and ${rest.length} of ${whole.length}`;
        },
        async () => {
          const uri = await secretUri(cluster, 'agent-executor-cache-conn');
          const commands: [string, ...string[]][] = [['XTRIM', `langgraph:events:${id}`, 'MAXLEN', '1']];
          await inCluster(cluster, { do: 'cache', uri, commands });
        },
      ),
      step('the job is completed', async () => {
        const answer = await inCluster<{ body: { status: string } }>(cluster, {
          do: 'http',
          url: `${endpoint}/jobs/${id}`,
          headers: await token(),
        });
        if (answer.body.status !== 'completed') throw new Error(JSON.stringify(answer.body));
      }),
    ],
  };
}
