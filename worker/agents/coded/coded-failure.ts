import { GraphRecursionError } from '@langchain/langgraph';
import { Failure } from '../../jobs/rules/failures.ts';
import { failureOf } from '../model/failure-of.ts';
import { isModelError } from '../model/model-errors.ts';

/** What a graph in code threw: a failure of its model or of the worker is what it is anywhere, all else is its own fault. */
export function codedFailure(name: string, thrown: unknown): unknown {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (error instanceof Failure || error instanceof GraphRecursionError || isModelError(error))
      return failureOf(thrown);
  }
  const words = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new Failure('INTERNAL', `the code of the agent "${name}" threw ${words}`, { cause: thrown });
}
