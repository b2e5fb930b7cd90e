/** An agent definition as text: one agent with one tool, which shows where both go. */
export function newAgent(name: string): string {
  const definition = {
    name,
    version: '1',
    tool_definitions: [
      {
        name: 'word_count',
        description: 'Counts the words of a text.',
        parameters: {
          type: 'object',
          properties: { text: { type: 'string' } },
          required: ['text'],
        },
        runtime: {
          kind: 'quickjs',
          script: 'export default ({ text }) => String(text.split(/\\s+/).filter(Boolean).length)',
        },
      },
    ],
    nodes: [
      {
        id: name,
        type: 'Orchestrator',
        config: {
          name,
          system_prompt:
            'You answer in one short paragraph. Count words with word_count and never by yourself.',
          // The model is that of LLM_MODEL_NAME, or of --model.
          model: { provider: 'openai' },
          tools: ['word_count'],
        },
      },
    ],
  };
  return `${JSON.stringify(definition, undefined, 2)}\n`;
}
