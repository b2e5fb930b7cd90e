import { run } from '../e2e/shell.ts';

/** What a kubelet sets for the whole machine, whatever namespaces it is in. */
const knobs = ['vm.overcommit_memory', 'kernel.panic', 'kernel.panic_on_oops'];

export type KernelSettings = Readonly<Record<string, string>>;

export async function readKernel(): Promise<KernelSettings> {
  const found = await Promise.all(
    knobs.map(async (knob) => [knob, (await run('sysctl', ['-n', knob])).trim()] as const),
  );
  return Object.fromEntries(found);
}

export async function writeKernel(settings: KernelSettings): Promise<void> {
  for (const [knob, value] of Object.entries(settings)) await run('sysctl', ['-qw', `${knob}=${value}`]);
}
