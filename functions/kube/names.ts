import type { Problem } from '../composition/contract.ts';

/**
 * A claim's name becomes the name of Services, which must be DNS labels that start with a letter, and the
 * longest name derived from it must stay within its own limit.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
 */
export function checkName(name: string, longest: number): Problem[] {
  const path = 'metadata.name';
  const problems: Problem[] = [];
  if (name.length > longest)
    problems.push({ path, message: `may have at most ${longest} characters, has ${name.length}` });
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name))
    problems.push({
      path,
      message: 'must start with a letter and have only lower-case letters, digits and hyphens',
    });
  return problems;
}
