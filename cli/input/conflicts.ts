import { exclusiveOf } from '../../render/exclusive.ts';
import type { Platform } from '../../render/platform.ts';
import type { Finding } from '../output/findings.ts';
import type { LoadedClaim } from './claims.ts';
import { findingOf, titleOf } from './claims.ts';
import { locate } from './yaml-position.ts';

/** How many others are named in one finding. */
const mostNamed = 3;

/** Valid claims that would have what only one of them may have, each with those it would share with. */
export function conflicts(platform: Platform, claims: readonly LoadedClaim[]): Finding[] {
  const wanted = claims.map((each) => ({
    each,
    title: titleOf(each.claim),
    things: exclusiveOf(platform, each.offer, each.claim),
  }));
  const holders = Map.groupBy(
    wanted.flatMap(({ each, title, things }) => things.map(({ what }) => ({ each, title, what }))),
    ({ what }) => what,
  );
  return wanted.flatMap(({ each, title, things }) => {
    const told = new Set([title]);
    return things.flatMap(({ what, path }) => {
      // Several files with one claim are several states of it; `duplicates` speaks of them.
      const others = (holders.get(what) ?? []).filter((other) => !told.has(other.title));
      if (others.length === 0) return [];
      for (const other of others) told.add(other.title);
      return [findingOf(each, path, `only one claim may have ${what}, and so has ${named(others)}`)];
    });
  });
}

function named(others: readonly { readonly each: LoadedClaim; readonly title: string }[]): string {
  const claims = [...new Map(others.map((other) => [other.title, other])).values()];
  const names = claims.slice(0, mostNamed).map(({ each: { file, document, prefix }, title }) => {
    return `${title} (${file}:${locate(document, prefix).line})`;
  });
  const more = claims.length - names.length;
  return [...names, ...(more === 0 ? [] : [`${more} more`])].join(', ');
}
