import { dispatch } from '../../functions/composition/dispatch.ts';
import type {
  Kind,
  Lookup,
  Observed,
  Request,
  ResourceSelector,
  Response,
  ServedKind,
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
  /** Whether the cluster serves this kind. */
  readonly serves: (kind: ServedKind) => boolean;
  readonly stored: boolean;
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
  let schemas = new Map<string, boolean>();
  let asked = canonical({ requirements: {}, schemas: {} });
  let lookups: PipelineOutput['lookups'] = [];
  for (let call = 0; call < calls; call++) {
    const given = { answers, schemas };
    const response = callOnce(input, {
      required: (key) => given.answers.get(key),
      served: (key) => given.schemas.get(key),
    });
    const asks = canonical(response);
    if (response.results.some(({ severity }) => severity === 'fatal') || asks === asked)
      return { response, lookups };
    asked = asks;
    answers = new Map(
      Object.entries(response.requirements).map(([name, selector]) => [name, input.fetch(selector)]),
    );
    schemas = new Map(
      Object.entries(response.schemas).map(([name, kind]): [string, boolean] => [name, input.serves(kind)]),
    );
    lookups = Object.entries(response.requirements).map(([name, selector]) => ({
      selector,
      found: answers.get(name) !== null,
    }));
  }
  throw new ReconcileError(`cannot run the function: what it requires did not settle after ${calls} calls`);
}

function callOnce(
  { kinds, composite, observed, stored, world }: PipelineInput,
  answers: Pick<Request, 'required' | 'served'>,
): Response {
  try {
    const request = {
      composite,
      observed: (key: string) => observed.get(key),
      composedBefore: observed.size > 0,
      stored,
      knowsSchemas: true,
      ...answers,
    };
    return dispatch(kinds, request, world);
  } catch (error) {
    if (!(error instanceof CompositionFailure)) throw error;
    throw new ReconcileError(error.explained, { cause: error });
  }
}

/** The requirements as text that does not depend on their order. */
function canonical({ requirements, schemas }: Pick<Response, 'requirements' | 'schemas'>): string {
  const sorted = <Value>(map: Readonly<Record<string, Value>>) =>
    Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    sorted(requirements).map(([key, { apiVersion, kind, namespace, name }]) => [
      key,
      [apiVersion, kind, namespace, name],
    ]),
    sorted(schemas).map(([key, { apiVersion, kind }]) => [key, [apiVersion, kind]]),
  ]);
}
