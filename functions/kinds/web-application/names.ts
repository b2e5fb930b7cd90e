import type { Claim } from '../../composition/contract.ts';

/** The component of all that serves, in labels. */
export const web = 'web';

/** The name of everything of a WebApplication but its Jobs. The suffix lets claims of other kinds be called alike. */
export function webName({ name }: Claim): string {
  return `${name}-web`;
}
