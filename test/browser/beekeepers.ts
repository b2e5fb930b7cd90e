import type { JsonObject } from '../../worker/json.ts';
import { config } from '../agents/fixture.ts';

/** What the pictures of the page are of: a question that takes two specialists and a chart. */
export const QUESTION = 'How did our hives do last year, and why do bees dance?';

const CHART = [
  'iVBORw0KGgoAAAANSUhEUgAAAaQAAADICAIAAAAobwL3AAAEi0lEQVR42u3XsQ3CMBBA0WxEzxoZADEJfSZiAGagpqBxZXmCMIAV',
  'CSRb6Oz3dQvA2U/OskvSBC3+AkmwkyTYSRLsJAl2kgQ7SYKdJMFOkmAnCXaSBDtJgp0kwU6SYCdJsJMk2EkS7CQJdpJgJ0mwkyTY',
  'SRLsJAl2kgQ7SYKdJMFOkmAnCXaSBDtJCo5dyckY8+WcrmuIsal6vOykH4qCnU35jJVgBztJsIOdJNjBToId7GAnwQ52sJNgBzvY',
  'SbCDHewk2MEOdhLsBDsJdrCTBDvYSYId7CTYwQ52EuxgBzsJdrCDnQQ72MFOgh3sYCfBTrCTYAc7SbCDnQQ72MFOgh3sYCfBDnaw',
  'k2AHO9hJsIMd7CTYwQ52EuwEOwl2sGva5XYPMY6CYAc72Emwgx3sBDvYwQ52gh3sYAc7wQ52sIOdYAc72MFOsIMd7GAn2MEOdrAT',
  '7GAHOwl2sIOdBDvYwU6wgx3sYCfYwQ52sBPsYAc72Al2sIMd7AQ72MEOdoKdYAc7wQ52sJNgBzvYSbCLjF3JqetEwa73/2DGmCjY',
  '2VQ9XnZedvKy8xkLOwl2sIOdYAc72MFOsIMd7GAn2MEOdrAT7GAHO9gJdrCDHewEO9jBDnaCHexg1xK7x3YOMY4+7GAHO9gJdrCD',
  'HexgBzvYwQ52sIMd7GAHO9jBDnawgx3sYAc72MEOdrCDHexgBzvYwQ52sIOdYAc7wQ52sIOdYAc72MEOdrCDHexgBzvYwQ52sIMd',
  '7GAHO9jBDnawgx3sYAc72MEOdrCDHexgBzvYCXawE+xgBzvYCXawgx3sYDcHdiOdZ9jBTrCDHexgJ9jBDnawgx3sYAc72MEOdrCD',
  'HexgBzvYwQ52sIMd7GAHO9jBDnawgx3sYAc72MEOdrCDHewEO9jBDnaCHexgBzvYwQ52sIMd7GAHO9jBDnawgx3sYAc72MEOdrCD',
  'HexgBzvYwQ52sIMd7GAHO9jBTrAbHbuSU9eJgl2r3xvlcPTe+6gTBTvnuR4vOy87edn5jIUd7AQ72MEOdrCDHexgBzvYwQ52sIMd',
  '7GAHO9jBDnawgx3sYAc72MEOdrCDHexgBzvYwQ52sIOd/cIOdi4D7OwXdrBzGWAHO9jBDnawgx3sYAc72MEOdrCDHexgBzvYwQ52',
  'sIMd7GAHO9jBDnawgx3sYAc72Nkv7GDnMsDOfmEHO5cBdrCDHexgBzvYwQ52sIMd7GAHO9jBDnawgx3sYAc72MEOdrCDHexgBzvY',
  'wQ52sHM47Bd2sHMZYGe/sIOdywA72MEOdrCDHexgBzvYwQ52sIMd7GAHO9jBDnawgx3sYAc72MHOeYYd7GAHO9jBzuGwX9jBzmWA',
  'nf3CDnYuA+xgBzvYwQ52sIMd7GAHO9jBDnawgx3sYAc72MEOdrCDHexgBzvnGXawgx3sYAc7h8N+YQc7lwF2sIMd7FwG2MEOdrCD',
  'HexgB7t/Y/d+PY0xZviBnTFmDux2SZog2EmCnSTBTpJgJ0mwkyTYSRLsJAl2kgQ7SbCTJNhJEuwkCXaSBDtJgp0kwU6SYCdJB30A',
  'mxC4wLZGoO0AAAAASUVORK5CYII=',
].join('');

const tools: readonly JsonObject[] = [
  {
    name: 'read_scale',
    description: 'Reads the scale of a hive.',
    parameters: { type: 'object', properties: { hive: { type: 'string' } } },
    runtime: { kind: 'quickjs', script: work(700, '`${hive}: 12 kg in June, 9 kg in July`', 'hive') },
  },
  {
    name: 'search',
    description: 'Searches the library.',
    parameters: { type: 'object', properties: { query: { type: 'string' } } },
    runtime: { kind: 'quickjs', script: work(450, '`Three papers about ${query}`', 'query') },
  },
  {
    name: 'draw_chart',
    description: 'Draws a chart.',
    parameters: { type: 'object', properties: { title: { type: 'string' }, kilograms: { type: 'array' } } },
    runtime: {
      kind: 'quickjs',
      script: `export default () => ({ content: 'drawn as /honey.png', update: { files: { '/honey.png': '${CHART}' } } })`,
    },
  },
];

/** A tool that takes its time, and answers with an expression of its argument. */
function work(ms: number, answer: string, argument: string): string {
  return `export default ({ ${argument} }) => { const t = Date.now(); while (Date.now() - t < ${ms}); return ${answer} }`;
}

const ANSWER = `The hives gave **47 kg**, most of it in June.

| hive | June | July |
| --- | --- | --- |
| north | 12 kg | 9 kg |
| south | 15 kg | 11 kg |

Bees dance to tell the others where food is: the angle of the dance is the angle to the sun, and its length is the distance.`;

const task = (specialist: string, description: string) => ({
  tool: 'task',
  args: { subagent_type: specialist, description },
});
const todos = (second: string) => ({
  tool: 'write_todos',
  args: {
    todos: [
      { content: 'Weigh the hives', status: 'completed' },
      { content: 'Read about dances', status: 'completed' },
      { content: 'Draw the chart', status: second },
    ],
  },
});
const pace = { latencyMs: 350, tokenMs: 25 };

export const beekeepers: JsonObject = {
  name: 'beekeepers',
  tool_definitions: [...tools],
  nodes: [
    {
      id: 'lead',
      type: 'Orchestrator',
      config: config(
        'lead',
        {
          ...pace,
          rounds: [
            [
              task('weigher', 'Weigh the north and the south hive.'),
              task('reader', 'Find out why bees dance.'),
            ],
            [todos('in_progress')],
            [{ tool: 'draw_chart', args: { title: 'Honey', kilograms: [12, 9, 4, 15, 7] } }],
          ],
          text: ANSWER,
        },
        { tools: ['draw_chart'], todos: true, interrupt_on: { draw_chart: ['approve', 'edit', 'reject'] } },
      ),
    },
    {
      id: 'weigher',
      type: 'Specialist',
      config: config(
        'weigher',
        {
          ...pace,
          rounds: [
            [{ tool: 'read_scale', args: { hive: 'north' } }],
            [{ tool: 'read_scale', args: { hive: 'south' } }],
          ],
          text: 'North gave 21 kg, south 26 kg.',
        },
        { tools: ['read_scale'] },
      ),
    },
    {
      id: 'reader',
      type: 'Specialist',
      config: config(
        'reader',
        {
          ...pace,
          rounds: [[{ tool: 'search', args: { query: 'the waggle dance' } }]],
          text: 'It tells direction and distance.',
        },
        { tools: ['search'] },
      ),
    },
  ],
};
