import { asList, asNumber, asObject, asText } from '../run/json.ts';
import { costIn } from '../run/story.ts';
import type { Cost, Story } from '../run/story.ts';
import type { Run } from '../use-run.ts';
import { Files } from './files.tsx';
import { duration, moment } from './times.ts';

/** What there is to know beside the conversation: numbers, tasks, files. */
export function RunSide({ run }: { readonly run: Run }) {
  const { job, story, files } = run;
  return (
    <>
      <section class="side">
        <h2>Details</h2>
        <dl class="facts">
          {facts(run).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      <Todos run={run} />
      <Files files={files} />
      {job && story.ended && <p class="quiet side">Run {job.jobId}</p>}
    </>
  );
}

function facts({ job, story }: Run): readonly (readonly [string, string])[] {
  if (!job) return [];
  const { agent, attempts, createdAt, startedAt, finishedAt, dueAt, result } = job;
  const began = Date.parse(startedAt);
  const ended = Date.parse(finishedAt);
  const usage = asObject(result?.['usage']);
  const { input, output } = story.tokens;
  const tokens = asNumber(usage['total_tokens']) || input + output;
  const cost = costIn(usage['cost']) ?? story.cost;
  const all: readonly (readonly [string, string])[] = [
    ['Agent', agent],
    ['Asked', moment(createdAt)],
    ['Model', models(story)],
    ['Took', Number.isFinite(ended) && Number.isFinite(began) ? duration(ended - began) : ''],
    ['Due', dueAt !== '' && Date.parse(dueAt) > Date.now() ? moment(dueAt) : ''],
    ['Attempts', attempts > 1 ? String(attempts) : ''],
    [
      'Tokens',
      tokens === 0 ? '' : `${tokens.toLocaleString()}${input > 0 ? ` (${input.toLocaleString()} in)` : ''}`,
    ],
    ['Cost', cost === undefined ? '' : money(cost)],
  ];
  return all.filter(([, value]) => value !== '');
}

/** Runs cost fractions of a cent: two digits that count are shown of those. */
function money({ amount, currency }: Cost): string {
  const digits = amount < 1 ? { maximumSignificantDigits: 2 } : {};
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, ...digits }).format(amount);
}

/** The models that answered, each once. */
function models({ steps }: Story): string {
  const names = steps.flatMap((step) => (step.kind === 'said' && step.model !== '' ? [step.model] : []));
  return [...new Set(names)].join(', ');
}

/** The list of tasks that an agent keeps for itself. */
function Todos({ run }: { readonly run: Run }) {
  const todos = asList(run.story.todos).map(asObject);
  if (todos.length === 0) return null;
  return (
    <section class="side">
      <h2>Tasks</h2>
      <ul class="todos">
        {todos.map(({ content, status }, index) => (
          <li key={index} class={asText(status)}>
            {asText(content)}
          </li>
        ))}
      </ul>
    </section>
  );
}
