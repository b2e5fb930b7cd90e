import { command } from '../../../command-line/command.ts';
import { DONE } from '../../../command-line/exit-code.ts';
import { kindDown, kindUp } from './kind.ts';
import { forgetMade, noteMade, readMade } from './kept.ts';
import { rigDown, rigUp } from './rig.ts';

const where =
  'On kind, which needs docker, kind and helm; or, when E2E_RIG names the folder of a rig, on that.';

/** `npm run e2e up` */
export const upCommand = command({
  description: `Makes a cluster for \`npm run e2e\`, and notes it for it. ${where}`,
  flags: {},
  async run() {
    await up(process.env['E2E_RIG']);
    return DONE;
  },
});

/** `npm run e2e down` */
export const downCommand = command({
  description: 'Ends the cluster that `npm run e2e up` made.',
  flags: {},
  async run() {
    await down(process.env['E2E_RIG']);
    return DONE;
  },
});

async function up(rig: string | undefined): Promise<void> {
  const before = await readMade();
  if (before)
    throw new Error(`cannot make a cluster: there is one on ${before.how}; npm run e2e down ends it`);
  const made = rig ? await rigUp(rig) : await kindUp();
  await noteMade(made);
  console.log(
    `\nexport KUBECONFIG=${made.kubeconfig}\nexport E2E_REGISTRY=${made.registry.pull}\n\nnpm run e2e`,
  );
}

async function down(rig: string | undefined): Promise<void> {
  const made = await readMade();
  if (!made) throw new Error('cannot end a cluster: e2e up has made none');
  if (made.how === 'rig' && !rig) throw new Error('cannot end the rig: E2E_RIG does not name its folder');
  if (made.how === 'rig' && rig) await rigDown(rig, made);
  if (made.how === 'kind') await kindDown();
  await forgetMade();
}
