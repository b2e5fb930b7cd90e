import { describe, expect, it } from 'vitest';
import { read } from '../structure/sources.ts';

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(read('package-lock.json')) as { packages: Readonly<Record<string, Locked>> };

/** Where Node would look for a package from `path`, nearest folder first. */
function* placesOf(name: string, path: string): Generator<string> {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/'))))
    yield `${at}/node_modules/${name}`;
  yield `node_modules/${name}`;
}

describe('the lockfile', () => {
  // npm leaves a platform's package out of the lockfile when the registry does not have it yet, and `npm ci` refuses
  // such a lockfile as soon as the registry does.
  it('holds every optional package, those of other platforms too', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => ![...placesOf(name, path)].some((place) => place in packages))
        .map((name) => `${name}, which ${path || 'package.json'} asks for`),
    );
    expect(missing).toEqual([]);
  });
});
