import type {
  Claim,
  Composition,
  Condition,
  Context,
  Kind,
  Observed,
  Problem,
  Request,
  Response,
  World,
} from './contract.ts';
import { CompositionFailure, composeClaim } from './failure.ts';
import { listed, ratchetedBounds, standing, stops } from './ratchet.ts';
import { at, conditionOf, metadataOf, text, textsOf } from './read.ts';
import { noneRefused, refusedResources } from './refused-resources.ts';
import { conform } from './schema.ts';

/**
 * One call, from data to data: finds the kind, checks the claim against its schema, composes.
 * @throws CompositionFailure when the kind throws
 */
export function dispatch(kinds: readonly Kind[], request: Request, world: World): Response {
  const { composite } = request;
  if (composite === null)
    return refused([{ path: 'observed.composite', message: 'is missing from the request' }]);
  const kind = kinds.find((each) => each.apiVersion === composite.apiVersion && each.kind === composite.kind);
  if (kind === undefined) return refused([unknownKind(kinds, composite)]);

  const { name, namespace, uid } = metadataOf(composite);
  const conformed = conform(kind.schema, composite.spec ?? {}, 'spec');
  const { stored = false } = request;
  const problems = ratchetedBounds(conformed.problems, stored || request.composedBefore);
  const unnamed = [
    ...(name === '' ? [{ path: 'metadata.name', message: 'is required' }] : []),
    ...(namespace === '' ? [{ path: 'metadata.namespace', message: 'is required' }] : []),
  ];
  if (unnamed.length > 0 || stops(problems, {})) return refused([...unnamed, ...problems]);
  const context = {
    ...world,
    observed: request.observed,
    required: request.required,
    served: servedKinds(request),
    refused: refusedResources(composite),
    stored,
  };
  const labels = textsOf(at(composite, 'metadata', 'labels'));
  const claim = { name, namespace, uid, labels, spec: conformed.value };
  const response = withOwnSchema(compose(kind, claim, context, problems), kind, request);
  if (response.results.some(({ severity }) => severity === 'fatal')) return response;
  const conditions = [...response.conditions, ...leftOver(kind, composite, response.conditions)];
  return { ...response, conditions, ttl: timeToSecondLook(composite, response) };
}

/** Crossplane takes no condition away: what was said of something that the claim has stopped asking for would stay for ever. */
function leftOver(
  { optionalConditions = [] }: Kind,
  composite: Observed,
  conditions: readonly Condition[],
): Condition[] {
  return optionalConditions
    .filter((type) => !conditions.some((each) => each.type === type))
    .filter((type) => conditionOf(composite, type) !== undefined)
    .map((type) => ({
      type,
      status: 'Unknown',
      reason: 'NotAsked',
      message: 'The claim does not ask for this any more.',
    }));
}

/**
 * Seconds after which a claim is looked at again, whatever its watches say; 0 for one that is settled. Crossplane hardly
 * listens, for five minutes or more, to an object that changes often, and says so in the condition Responsive. A PostgreSQL
 * cluster that starts or fails over does: without a second look its claim would go on saying what was true before. A failover
 * takes half a minute, and its claim is to say so even when nobody listens.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/circuit/token_bucket.go
 */
function timeToSecondLook(composite: Observed, { resources, conditions }: Response): number {
  const settled =
    resources.every(({ readiness }) => readiness.ready) &&
    conditions.every(({ status, lasting }) => status === 'True' || lasting) &&
    conditionOf(composite, 'Responsive')?.status !== 'False';
  return settled ? 0 : 15;
}

/** The key under which the claim's own kind is asked for. */
const ownKind = 'claim';

/**
 * A kind counts as missing only where the claim's own kind is found: that one is served, so whoever does not find it, such as
 * `crossplane composition render` without `--required-schemas`, knows nothing of the others either.
 */
function servedKinds({ served, knowsSchemas }: Request): Context['served'] {
  const own = served(ownKind);
  if (!knowsSchemas || own === false) return () => true;
  return (key) => (own === undefined ? undefined : served(key));
}

function withOwnSchema(response: Response, { apiVersion, kind }: Kind, { knowsSchemas }: Request): Response {
  if (Object.keys(response.schemas).length === 0) return response;
  const schemas = knowsSchemas ? { ...response.schemas, [ownKind]: { apiVersion, kind } } : {};
  return { ...response, schemas };
}

function compose(kind: Kind, claim: Claim, context: Context, outOfBounds: readonly Problem[]): Response {
  const composition = composeOutOfBounds(kind, claim, context, outOfBounds);
  if (composition.kind === 'refused')
    return refused(composition.problems, composition.requirements, composition.schemas);
  const { results, valid } = standing([...outOfBounds, ...(composition.output.standing ?? [])]);
  const { resources, status, conditions, requirements, schemas = {} } = composition.output;
  return {
    results,
    conditions: [valid, ...conditions],
    requirements,
    schemas,
    resources: noneRefused(resources, context.refused),
    status,
    ttl: 0,
  };
}

/** A value out of bounds may be one that nothing can be made of, which is then no bug of the kind's. */
function composeOutOfBounds(
  kind: Kind,
  claim: Claim,
  context: Context,
  problems: readonly Problem[],
): Composition {
  try {
    return composeClaim(kind, claim, context);
  } catch (error) {
    if (problems.length === 0 || !(error instanceof CompositionFailure)) throw error;
    return { kind: 'refused', problems, requirements: {} };
  }
}

/** One fatal result that lists every problem, and a condition that says the same on the claim. */
function refused(
  problems: readonly Problem[],
  requirements: Response['requirements'] = {},
  schemas: Response['schemas'] = {},
): Response {
  const message = `cannot compose: ${listed(problems)}`;
  return {
    results: [{ severity: 'fatal', message }],
    conditions: [{ type: 'Valid', status: 'False', reason: 'SpecRefused', message }],
    requirements,
    schemas,
    resources: [],
    status: null,
    ttl: 0,
  };
}

function unknownKind(kinds: readonly Kind[], composite: Observed): Problem {
  const known = kinds.map(({ apiVersion, kind }) => `${kind} (${apiVersion})`).join(', ');
  const given = `${text(composite.kind) || 'nothing'} (${text(composite.apiVersion) || 'no apiVersion'})`;
  return { path: 'kind', message: `expected one of ${known}, got ${given}` };
}
