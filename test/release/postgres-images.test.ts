import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../functions/composition/contract.ts';
import { at, list, text } from '../../functions/composition/read.ts';
import { postgresInstance } from '../../functions/kinds/postgres-instance/compose.ts';
import { imagesIn, newestTag, withImages } from '../../package/image-catalog.ts';
import { call, claim, objectOf } from '../functions/call.ts';
import { read } from '../structure/sources.ts';

const catalog = read('package/postgres-images/catalog.yaml');
const images = imagesIn(catalog);

/** The image of a claim on a platform without a catalog. */
function moving(version: string): string {
  const composed = call(claim('PostgresInstance', { version }), { required: { conn: null, platform: null } });
  return text(at(objectOf(composed, 'cluster'), 'spec', 'imageName'));
}

describe('the catalog of a release', () => {
  it('has an image of every version that a claim may have', () => {
    const versions = postgresInstance.schema.properties?.['version']?.enum;
    expect(images.map(({ major }) => `${major}`)).toEqual(versions);
  });

  it('is read as Kubernetes reads it', () => {
    const written = list(at(load(catalog) as Json, 'spec', 'images'));
    expect(
      images.map(({ major, repository, tag, digest }) => [major, `${repository}:${tag}@${digest}`]),
    ).toEqual(written.map((entry) => [at(entry, 'major'), at(entry, 'image')]));
  });

  it.each(images)('names of $major a minor version of what runs without a catalog', ({ major, ...image }) => {
    const content = image.tag.replace(/^\d+\.\d+-\d{12}/, `${major}`);
    expect(`${image.repository}:${content}`).toBe(moving(`${major}`));
    expect(image.tag).toMatch(new RegExp(`^${major}\\.`));
  });
});

describe('the newest tag', () => {
  const image = {
    ...images[0],
    major: 17,
    repository: 'r',
    digest: 'd',
    tag: '17.9-202601010000-standard-trixie',
  };
  it.each([
    {
      tags: ['17.9-202601010000-standard-trixie', '17.10-202512010000-standard-trixie'],
      want: '17.10-202512010000-standard-trixie',
      reason: 'ten is more than nine',
    },
    {
      tags: ['17.9-202602010000-standard-trixie', '17.9-202601010000-standard-trixie'],
      want: '17.9-202602010000-standard-trixie',
      reason: 'a later build of the same',
    },
    {
      tags: [
        '17.9-202701010000-system-trixie',
        '17.9-202701010000-standard-bookworm',
        '18.1-202701010000-standard-trixie',
      ],
      want: undefined,
      reason: 'others with another content, of another Debian or another major',
    },
    {
      tags: ['17', '17.9-standard-trixie', '17beta1-202701010000-standard-trixie', 'sha256-00.sig'],
      want: undefined,
      reason: 'tags that move, previews and signatures',
    },
  ])('is $want: $reason', ({ tags, want }) => {
    expect(newestTag(image, tags)).toBe(want);
  });

  it('is written where the other stood, and nothing else changes', () => {
    expect(withImages(catalog, images)).toBe(catalog);
    const raised = images.map((each) => ({ ...each, tag: `${each.major}.99-203001010000-standard-trixie` }));
    expect(imagesIn(withImages(catalog, raised))).toEqual(raised);
  });
});
