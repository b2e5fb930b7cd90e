import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { text } from '../../functions/composition/read.ts';
import { claimProblems } from '../../render/claim-problems.ts';
import { offerFor } from '../claims/offers.ts';
import { filesIn } from '../structure/sources.ts';
import { ApiError } from './api.ts';
import type { Draft } from './api.ts';
import { brokenRules } from './broken-rules.ts';
import { claim as newClaim, newNamespace } from './claims.ts';
import { describeEngine } from './engine.ts';
import { flaws, withFlaw } from './flaws.ts';
import { objectsIn } from './rendering.ts';

const examples = filesIn('examples/*/full.yaml');
const full = (await Promise.all(examples.map(objectsIn))).flat();

/** Every flaw that the schema of a kind knows, each in an otherwise valid claim. */
const flawed = full.flatMap((claim) =>
  flaws(offerFor(claim).definition.spec, claim.spec ?? {}, ['spec']).map((flaw) => ({
    title: `${text(claim.kind)} ${flaw.place.join('.')} breaks ${flaw.breaks}`,
    claim: withFlaw(claim, flaw),
  })),
);

/** Of a remark that says only that something else is wrong, and of a rule over the whole object. */
const noField = '<nil>';

function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

/** The fields that the API server complains of. Of unknown fields it speaks only in prose. */
function fieldsOf({ message, causes }: ApiError): string[] {
  const unknown = [...message.matchAll(/unknown field "([^"]+)"/g)].map(([, field]) => field ?? '');
  return [...causes.map(({ field }) => field).filter((field) => field !== noField), ...unknown];
}

describeEngine('what the API server refuses, `validate` refuses, in the same place', ({ api }) => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await newNamespace(api, 'refused');
  });

  // A claim is a draft: it has apiVersion, kind and metadata.
  const placed = (claim: JsonObject) =>
    ({ ...claim, metadata: { ...(claim.metadata as object), namespace } }) as unknown as Draft;

  it.each(full)('$kind: the claim that the flaws are put into is valid', async (claim) => {
    await api.create(placed(claim), { dryRun: true });
    expect(claimProblems(offerFor(claim).definition, claim)).toEqual([]);
  });

  it.each(flawed)('$title', async ({ claim }) => {
    const refusal = await api.create(placed(claim), { dryRun: true }).then(() => undefined, refusalOf);
    const ours = claimProblems(offerFor(claim).definition, claim).map(({ path }) => path);
    // The API server also tells of rules that a field breaks by being out of its own bounds, which says nothing new.
    const theirs =
      refusal && fieldsOf(refusal).filter((field) => !ours.some((path) => path.startsWith(`${field}.`)));
    expect(new Set(ours)).toEqual(new Set(theirs));
  });

  const rows = brokenRules.map((row, index) => ({ name: `orders-${index}`, ...row }));
  it.each(rows)('$kind $name: $says ($old to $spec)', async ({ kind, says, name, spec, old }) => {
    const draft = (given: object) => newClaim(kind, namespace, name, given);
    if (old) await api.apply(draft(old));
    const attempt = old
      ? api.apply(draft(spec), { dryRun: true })
      : api.create(draft(spec), { dryRun: true });
    const refusal = await attempt.then(() => undefined, refusalOf);
    const json = (given: object) => JSON.parse(JSON.stringify(draft(given))) as JsonObject;
    const ours = claimProblems(offerFor(json(spec)).definition, json(spec), old && json(old));
    expect(ours).toMatchObject([{ message: expect.stringMatching(new RegExp(`^${says}`)) as unknown }]);
    const theirs = refusal?.causes.map(({ field, message }) => ({ field, message })) ?? [];
    expect(theirs).toMatchObject([{ message: expect.stringContaining(ours[0]?.message ?? '') as unknown }]);
    // The API server names no field for a rule over the whole object, such as those about its name.
    expect([noField, ours[0]?.path]).toContain(theirs[0]?.field);
  });
});
