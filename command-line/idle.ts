import type { Call } from './command.ts';
import { REFUSED } from './exit-code.ts';
import { Failure } from './failure.ts';
import type { Flags } from './flag.ts';

/** Refuses flags that would do nothing in this call: whoever gave them meant something. `why` follows "does nothing". */
export function refuseIdle(
  { given, name }: Pick<Call<Flags>, 'given' | 'name'>,
  flags: readonly string[],
  why: string,
): void {
  const idle = flags.filter((flag) => given.has(flag)).map((flag) => `--${flag}`);
  if (idle.length === 0) return;
  const told = `${idle.join(', ')} ${idle.length === 1 ? 'does' : 'do'} nothing ${why}`;
  throw new Failure(`${told}; ${name} --help says more`, REFUSED);
}
