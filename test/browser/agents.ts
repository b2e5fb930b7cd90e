import type { JsonObject } from '../../worker/json.ts';
import { config } from '../agents/fixture.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

/** A red dot, as a tool would draw it. */
const DOT =
  'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAALUlEQVR42mP4TyJgoFTDCRsjNIRTA6ZSrNrI1YBfNbKekayB9vFATtKgVWoFAGt2ILuJj6PcAAAAAElFTkSuQmCC';

/** A tool that draws, and keeps what it drew as a file. */
const draw: JsonObject = {
  name: 'draw',
  description: 'Draws a dot.',
  parameters: { type: 'object', properties: { color: { type: 'string' } } },
  runtime: {
    kind: 'quickjs',
    script: `export default ({ color }) => ({ content: 'a ' + color + ' dot', update: { files: { '/dot.png': '${DOT}' } } })`,
  },
};

/** An agent that asks before it draws. */
export const painter: JsonObject = {
  name: 'painter',
  tool_definitions: [draw],
  nodes: [
    {
      id: 'main',
      type: 'Orchestrator',
      config: config(
        'painter',
        { rounds: [[{ tool: 'draw', args: { color: 'red' } }]], text: 'There it is.' },
        { tools: ['draw'], interrupt_on: { draw: ['approve', 'edit', 'reject'] } },
      ),
    },
  ],
};

/** An agent that does as the message says (test/stubs/model-script.ts). */
export const obedient: JsonObject = {
  name: 'obedient',
  nodes: [
    {
      id: 'main',
      type: 'Orchestrator',
      config: {
        name: 'main',
        system_prompt: 'You do as told.',
        model: { provider: 'openai', model: 'stub' },
      },
    },
  ],
};

/** What obedient is told. */
export function told(words: string, what: Script): string {
  return `${words} ${script({ name: words, ...what })}`;
}
