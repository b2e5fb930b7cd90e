import { Failure } from '../../jobs/rules/failures.ts';
import type { JsonObject } from '../../json.ts';
import { runInput } from '../execution/run-input.ts';
import type { WiredAgent } from './wire.ts';

/**
 * What a graph in code starts from: the input as it is, but that messages are read as those of any job, and a `user_request`
 * becomes one where the state has no such field. Throws INVALID_EVENT with what is wrong with messages, and where no field is of the state.
 */
export function codedInput(
  input: JsonObject,
  { channels, isState }: Pick<WiredAgent, 'channels' | 'isState'>,
): object {
  const { messages, user_request: request, ...rest } = input;
  const isSaid = channels.has('messages') && typeof request === 'string';
  const fields = Object.keys(input);
  if (isState && !isSaid && fields.length > 0 && fields.every((field) => !channels.has(field)))
    throw new Failure(
      'INVALID_EVENT',
      `cannot start from the input: the agent has no field ${fields.join(', ')}`,
    );
  if (!channels.has('messages')) return input;
  if (messages !== undefined) return { ...input, ...runInput({ messages }, new Date()) };
  if (typeof request !== 'string' || channels.has('user_request')) return input;
  return { ...rest, ...runInput({ user_request: request }, new Date()) };
}
