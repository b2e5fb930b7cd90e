const unreleased = 'Unreleased';

/** Sections of the changelog by their titles, without the titles. */
function sections(changelog: string): Map<string, string> {
  const parts = changelog.split(/^## /m).slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end).trim(), part.slice(end).trim()] as const;
    }),
  );
}

/**
 * What the changelog says of a version.
 *
 * @param version with its v
 * @throws when it says nothing, or when something is still unreleased, which must go into a version first
 */
export function notesOf(changelog: string, version: string): string {
  const found = sections(changelog);
  if (found.get(unreleased)) {
    throw new Error(`cannot release ${version}: CHANGELOG.md has something under ${unreleased}`);
  }
  const notes = found.get(version);
  if (!notes) throw new Error(`cannot release ${version}: CHANGELOG.md says nothing of it`);
  return notes;
}

/**
 * The changelog with what was unreleased as a version of its own.
 *
 * @throws when nothing was
 */
export function closed(changelog: string, version: string): string {
  if (!sections(changelog).get(unreleased)) {
    throw new Error(`cannot make ${version}: CHANGELOG.md has nothing under ${unreleased}`);
  }
  return changelog.replace(`## ${unreleased}\n`, `## ${unreleased}\n\n## ${version}\n`);
}
