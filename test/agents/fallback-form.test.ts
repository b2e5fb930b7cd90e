import { expect, test } from 'vitest';
import { block, messageEnd, messages, messageStart } from '../stubs/raw-messages.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { askInTurn, claude, error, gpt, node } from './ask-in-turn.ts';

test('the next one answers in the form that the first one was asked for, and mends what does not fit', async () => {
  const town = { city: 'Bern', people: 134_000 };
  const fields = { city: { type: 'string' }, people: { type: 'integer' } };
  const response_format = { type: 'object', properties: fields, required: ['city', 'people'] };
  const inForm = (args: object, id: string): RawAnswer => ({
    body: messages([
      messageStart,
      ...block(
        0,
        { type: 'tool_use', id, name: 'structured_response', input: {} },
        { type: 'input_json_delta', partial_json: JSON.stringify(args) },
      ),
      ...messageEnd('tool_use'),
    ]),
  });
  const { result, requests } = await askInTurn(
    { nodes: [node({ ...gpt, fallbacks: [claude] }, { response_format })] },
    {
      gpt: () => error(503, 'no'),
      claude: (n) => (n === 1 ? inForm({ city: 'Bern' }, 'toolu_1') : inForm(town, 'toolu_2')),
    },
  );
  expect(result).toMatchObject({ structured_response: town, output: JSON.stringify(town) });
  expect(JSON.stringify(requests('claude')[1])).toContain('people');
  for (const model of ['gpt', 'claude']) {
    const tools = JSON.stringify(requests(model).at(0)?.['tools']);
    expect(tools).toContain('structured_response');
  }
});
