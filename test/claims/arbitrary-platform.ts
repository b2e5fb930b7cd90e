import fc from 'fast-check';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { platformSettings } from '../../functions/kube/platform.ts';
import { platformSchema } from '../../functions/kube/platform-schema.ts';
import { isWithin } from './arbitrary.ts';
import { arbitraryValue } from './arbitrary-value.ts';

/** Beginnings of the names of images that claims bring, as texts that are drawn hardly ever are one. */
const beginnings = [
  'ghcr.io',
  'ghcr.io/cloudnative-pg',
  'ghcr.io/cloudnative-pg/postgresql',
  'docker.dragonflydb.io',
];

/** What a platform may say for every claim, drawn from the schema of its settings: `data` of its EnvironmentConfig. */
export const arbitraryPlatform: fc.Arbitrary<JsonObject> = fc
  .tuple(arbitraryValue(schema(), { path: 'data', accepts: isAccepted }), fc.subarray(beginnings))
  .map(([data, moved]) => {
    const mirror = Object.fromEntries(
      moved.map((beginning) => [beginning, 'registry.example:5000/a-mirror']),
    );
    return { ...object(data), registries: { ...object(object(data).registries), ...mirror } };
  });

/** The same as an XRD has it. */
function schema(): Json {
  return JSON.parse(JSON.stringify(platformSchema)) as Json;
}

/** Whether there is nothing to be said against the settings at this path or below it. */
function isAccepted(data: Json, path: string): boolean {
  const { problems } = platformSettings({ required: () => ({ data }) });
  return !problems.some((problem) => isWithin(problem.path, `EnvironmentConfig zerotouch ${path}`));
}
