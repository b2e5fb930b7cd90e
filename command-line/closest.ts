import { distance } from 'fastest-levenshtein';

/** Of the words that are known, the one that was likely meant; undefined when none is near. */
export function closest(word: string, known: readonly string[]): string | undefined {
  const [near] = known
    .map((each) => ({ each, edits: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, edits }) => edits <= Math.min(3, each.length / 2))
    .toSorted((a, b) => a.edits - b.edits);
  return near?.each;
}
