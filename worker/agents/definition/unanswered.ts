import { parseDuration } from '../../jobs/rules/duration.ts';
import type { Problem } from '../../ports.ts';
import type { Unanswered } from './definition.ts';
import type { DefinitionShape } from './shape.ts';

/** JSON Schema of `unanswered`. */
export const unansweredSchema = {
  type: 'object',
  description:
    'What is decided on calls of `interrupt_on` that nobody has decided on in time. Without it they wait for ever.',
  required: ['after', 'decision'],
  additionalProperties: false,
  properties: {
    after: {
      type: 'string',
      pattern: '^[1-9][0-9]{0,6}(s|m|h|d)$',
      description: 'How long, such as `30m`, `24h` or `7d`.',
    },
    decision: { enum: ['approve', 'reject'], description: 'One that each of these tools allows.' },
    message: { type: 'string', maxLength: 2000, description: 'What the agent is told with `reject`.' },
  },
} as const;

/** What a definition says of silence. */
export function unansweredOf({ unanswered }: DefinitionShape): Unanswered | undefined {
  if (unanswered === undefined) return undefined;
  const { after, decision, message } = unanswered;
  return { afterMs: parseDuration(after) ?? 0, decision, message };
}

/** Nobody may decide by silence what a person may not. */
export function unansweredProblems({ nodes, unanswered }: DefinitionShape): readonly Problem[] {
  if (unanswered === undefined) return [];
  const { decision } = unanswered;
  const asking = nodes.flatMap(({ config }) => Object.entries(config.interrupt_on ?? {}));
  if (asking.length === 0) return [{ path: 'unanswered', message: 'no node asks a person (interrupt_on)' }];
  return asking
    .filter(([, decisions]) => !decisions.includes(decision))
    .map(([tool]) => ({ path: 'unanswered.decision', message: `"${decision}" is not allowed for ${tool}` }));
}
