import type { ModelServer } from '../stubs/model-server.ts';

/** What a model was asked with last: its prompt, or what tools had answered. */
export function asked(models: ModelServer, role: 'system' | 'tool'): string {
  const said = (models.last()?.messages ?? []).filter((message) => message.role === role);
  return said.map(({ content }) => JSON.stringify(content)).join('\n');
}
