import { expect, test } from 'vitest';
import { zerotouch } from '../../cli/program.ts';
import { runProgram } from '../../command-line/run.ts';
import { functionProgram } from '../../functions/program.ts';
import { worker } from '../../worker/program.ts';

const programs = [zerotouch, worker, functionProgram(() => Promise.resolve())];

/** Calls whose flags cannot all be meant, and which of them would have been passed over in silence. */
const calls = [
  { call: 'zerotouch validate --old a --revision main x', says: '--old does nothing beside --revision' },
  { call: 'zerotouch list --context c x', says: '--context does nothing without --cluster' },
  { call: 'zerotouch list --cluster -n team', says: '--namespace does nothing with --cluster, which has' },
  { call: 'zerotouch list --cluster --ignore x', says: '--ignore does nothing with --cluster, which has' },
  { call: 'zerotouch tree --kubeconfig k x', says: '--kubeconfig does nothing without --live' },
  {
    call: 'zerotouch tree --live -e r --inputs',
    says: '--required-resources, --inputs do nothing with --live',
  },
  { call: 'zerotouch tree --live -n team', says: '--namespace does nothing without files; a cluster has' },
  {
    call: 'zerotouch tree --live --cluster-namespace n x',
    says: '--cluster-namespace does nothing with files',
  },
  { call: 'zerotouch render --tree -xr x', says: 'do nothing with --tree' },
  { call: 'zerotouch diff --context c x y', says: '--context does nothing without --cluster' },
  { call: 'zerotouch diff --cluster --revision main', says: '--revision does nothing with --cluster' },
  { call: 'zerotouch diff --cluster -s f x', says: '--required-schemas does nothing with --cluster' },
  { call: 'zerotouch diff --cluster -o objects x', says: '--output does nothing with --cluster but to name' },
  {
    call: 'zerotouch diff --release v1.0.0 --revision r x',
    says: '--revision does nothing beside --release',
  },
  { call: 'worker run --demo --model m --input i x', says: '--model does nothing with --demo' },
  { call: 'worker jobs list --counts --limit 3', says: '--limit does nothing with --counts' },
  { call: 'function --insecure --tls-server-certs-dir d', says: 'does nothing with --insecure' },
] as const;

test.each(calls)('$call is refused', async ({ call, says }) => {
  const [called, ...args] = call.split(' ');
  const program = programs.find(({ name }) => name === called);
  if (program === undefined) throw new Error(`expected a program, got ${called}`);
  let said = '';
  const say = (text: string) => void (said += text);
  const code = await runProgram(program, args, { colors: false, print: say, say });
  expect(said).toContain(says);
  expect(code).toBe(2);
});
