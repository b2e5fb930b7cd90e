/** An image of PostgreSQL as a ClusterImageCatalog names it. */
export interface CatalogImage {
  readonly major: number;
  /** `ghcr.io/cloudnative-pg/postgresql` */
  readonly repository: string;
  /** `17.11-202608310816-standard-trixie`: the minor version, when the image was built, and what is in it. */
  readonly tag: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

const entry =
  /^ {4}- major: (\d+)\n {6}image: ([^\s:@]+(?::\d+\/[^\s:@]+)?):([^\s:@]+)@(sha256:[0-9a-f]{64})$/gm;

/** The images in the text of our own catalog. */
export function imagesIn(catalog: string): CatalogImage[] {
  return [...catalog.matchAll(entry)].map(([, major, repository = '', tag = '', digest = '']) => ({
    major: Number(major),
    repository,
    tag,
    digest,
  }));
}

/** The text with other images in it. */
export function withImages(catalog: string, images: readonly CatalogImage[]): string {
  const head = catalog.slice(0, catalog.indexOf('    - major: '));
  const entries = images.map(
    ({ major, repository, tag, digest }) =>
      `    - major: ${major}\n      image: ${repository}:${tag}@${digest}\n`,
  );
  return head + entries.join('');
}

/** The tag of the newest build of the newest minor version, with the same content as the image has; undefined where there is none. */
export function newestTag({ major, tag }: CatalogImage, tags: readonly string[]): string | undefined {
  const content = tag.replace(/^[^-]*-[^-]*-/, '');
  const [newest] = tags
    .flatMap((each) => {
      const [, own, minor, built, rest] = /^(\d+)\.(\d+)-(\d{12})-(.*)$/.exec(each) ?? [];
      return Number(own) === major && rest === content
        ? [{ tag: each, minor: Number(minor), built: Number(built) }]
        : [];
    })
    .toSorted((one, other) => other.minor - one.minor || other.built - one.built);
  return newest?.tag;
}
