import { dispatch } from '../../functions/composition/dispatch.ts';
import type {
  Kind,
  Lookup,
  Observed,
  Request,
  ResourceSelector,
  Response,
  World,
} from '../../functions/composition/contract.ts';
import { CompositionFailure } from '../../functions/composition/failure.ts';
import { ReconcileError } from './error.ts';

/** As Crossplane: one call, and five more while what the function requires still changes. */
const calls = 6;

export interface PipelineInput {
  readonly kinds: readonly Kind[];
  readonly composite: Observed;
  readonly observed: ReadonlyMap<string, Observed>;
  /** Looks an object up by its exact name, as the function asks for it. */
  readonly fetch: (selector: ResourceSelector) => Observed | null;
  readonly world: World;
}

/** The last response, and what was looked up for it. */
export interface PipelineOutput {
  readonly response: Response;
  readonly lookups: readonly { readonly selector: ResourceSelector; readonly found: boolean }[];
}

/**
 * Calls the function until what it requires has settled: first without answers, then with what the previous call
 * asked for. A fatal result ends it at once.
 * @throws ReconcileError when the function fails, or goes on asking for more
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/xfn/required_resources.go
 */
export function runPipeline(input: PipelineInput): PipelineOutput {
  let answers = new Map<string, Lookup>();
  let asked = '{}';
  let lookups: PipelineOutput['lookups'] = [];
  for (let call = 0; call < calls; call++) {
    const given = answers;
    const response = callOnce(input, (key) => given.get(key));
    const asks = canonical(response.requirements);
    if (response.results.some(({ severity }) => severity === 'fatal') || asks === asked)
      return { response, lookups };
    asked = asks;
    answers = new Map(
      Object.entries(response.requirements).map(([name, selector]) => [name, input.fetch(selector)]),
    );
    lookups = Object.entries(response.requirements).map(([name, selector]) => ({
      selector,
      found: answers.get(name) !== null,
    }));
  }
  throw new ReconcileError(`cannot run the function: what it requires did not settle after ${calls} calls`);
}

function callOnce({ kinds, composite, observed, world }: PipelineInput, required: Request['required']) {
  try {
    return dispatch(kinds, { composite, observed: (key) => observed.get(key), required }, world);
  } catch (error) {
    if (!(error instanceof CompositionFailure)) throw error;
    throw new ReconcileError(error.explained, { cause: error });
  }
}

/** The requirements as text that does not depend on their order. */
function canonical(requirements: Response['requirements']): string {
  const entries = Object.entries(requirements).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(
    Object.fromEntries(
      entries.map(([name, { apiVersion, kind, namespace, name: object }]) => [
        name,
        [apiVersion, kind, namespace, object],
      ]),
    ),
  );
}
