import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openMetrics } from '../../worker/observability/metrics.ts';

const open = () => openMetrics({ capacity: 5, outbox: async () => ({ pending: 0, oldestMs: 0 }) });

const names = (texts: Iterable<RegExpMatchArray>) => [...texts].map(([, name]) => String(name)).toSorted();

test('every metric is in the table of docs/operations.md, and no other', async () => {
  const scraped = await open().scrape();
  const page = await readFile(join(import.meta.dirname, '../../docs/operations.md'), 'utf8');
  const [, section = ''] = /## Metrics\n([\s\S]*?)\n## /.exec(page) ?? [];
  const cells = [...section.matchAll(/^\| (`.*?) +\|/gm)].map(([, cell]) => cell ?? '').join(' ');
  const documented = names(cells.matchAll(/`([a-z_]+)(?:\{[a-z_,]+\})?`/g));
  const own = documented.filter((name) => name !== 'nodejs_eventloop_lag_seconds');
  const served = names(scraped.matchAll(/^# TYPE deepagents_runtime_(\w+)/gm));
  const missing = served.filter((name) => !own.includes(name));
  const gone = own.filter((name) => !served.includes(name));
  const told = `not in docs/operations.md: ${missing.join(', ')}; not served: ${gone.join(', ')}`;
  expect([...missing, ...gone], told).toEqual([]);
  expect(scraped).toContain('# TYPE nodejs_eventloop_lag_seconds');
});

test('tokens are counted by agent, model and direction, time by what took it', async () => {
  const metrics = open();
  const answer = {
    kind: 'model',
    seconds: 2,
    agent: 'main',
    model: 'gpt',
    source: 'openai',
    tokens: { input: 10, output: 3 },
    finishReason: 'stop',
  } as const;
  metrics.meter.step(answer);
  metrics.meter.step(answer);
  metrics.meter.step({ kind: 'tool', seconds: 0.5 });
  const text = await metrics.scrape();
  for (const line of [
    'tokens_total{agent="main",model="gpt",direction="input"} 20',
    'tokens_total{agent="main",model="gpt",direction="output"} 6',
    'answers_total{model="gpt",finish_reason="stop"} 2',
    'step_duration_seconds_sum{kind="model"} 4',
    'step_duration_seconds_count{kind="tool"} 1',
  ])
    expect(text).toContain(`deepagents_runtime_${line}\n`);
});

const step = (agent: string, model: string) => ({
  kind: 'model' as const,
  seconds: 0,
  agent,
  model,
  source: 'openai',
  tokens: { input: 1, output: 0 },
  finishReason: model,
});

test('models beyond the hundredth are counted together', async () => {
  const metrics = open();
  for (let n = 1; n <= 102; n += 1) metrics.meter.step(step('main', `m${n}`));
  const text = await metrics.scrape();
  expect(text).toContain('tokens_total{agent="main",model="m100",direction="input"} 1\n');
  expect(text).not.toContain('m101');
  expect(text).toContain('tokens_total{agent="main",model="other",direction="input"} 2\n');
});

test('agents beyond the 200th with their models are counted together', async () => {
  const metrics = open();
  for (let n = 1; n <= 202; n += 1) metrics.meter.step(step(`a${n}`, 'gpt'));
  const text = await metrics.scrape();
  expect(text).toContain('tokens_total{agent="a200",model="gpt",direction="input"} 1\n');
  expect(text).not.toContain('a201');
  expect(text).toContain('tokens_total{agent="other",model="gpt",direction="input"} 2\n');
});
