import manifest from '../../package.json' with { type: 'json' };

const [major, minor] = manifest.version.split('.');

/** The version of this checkout, and one that follows it. */
export const versions = {
  now: `v${manifest.version}`,
  next: `v${major}.${Number(minor) + 1}.0`,
} as const;

/** One of the two that are built. */
export type Version = keyof typeof versions;
