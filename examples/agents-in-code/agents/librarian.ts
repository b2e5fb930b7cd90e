import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { createAgent, tool } from 'langchain';
import { z } from 'zod';

/** What the worker lends: models, with its keys, at its addresses. */
interface Services {
  readonly model: (named: { provider: string; model?: string }) => Promise<BaseChatModel>;
}

const shelf = tool(({ title }) => `"${title}" is on shelf ${title.length}`, {
  name: 'find_shelf',
  description: 'Says where a book is.',
  schema: z.object({ title: z.string() }),
});

/** Called once, when the worker starts. */
export async function agent({ model }: Services) {
  return createAgent({
    name: 'librarian',
    model: await model({ provider: 'openai', model: 'gpt-4.1-mini' }),
    tools: [shelf],
    systemPrompt: 'You help people to find books. Look each one up before you answer.',
  });
}
