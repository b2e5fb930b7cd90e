import { kindDown, kindUp } from './kind.ts';
import { forgetMade, noteMade, readMade } from './kept.ts';
import { rigDown, rigUp } from './rig.ts';

const usage = `npm run e2e:up      makes a cluster for \`npm run e2e\`, and notes it for it
npm run e2e:down    ends it

On kind, which needs docker, kind and helm; or, when E2E_RIG names the folder of a rig, on that.
`;

/** The cluster that is to be made or ended: the rig's when there is one. */
async function main(verb: string | undefined): Promise<void> {
  const rig = process.env['E2E_RIG'];
  if (verb === 'up') return up(rig);
  if (verb === 'down') return down(rig);
  process.stderr.write(usage);
  process.exitCode = 2;
}

async function up(rig: string | undefined): Promise<void> {
  const before = await readMade();
  if (before)
    throw new Error(`cannot make a cluster: there is one on ${before.how}; npm run e2e:down ends it`);
  const made = rig ? await rigUp(rig) : await kindUp();
  await noteMade(made);
  console.log(
    `\nexport KUBECONFIG=${made.kubeconfig}\nexport E2E_REGISTRY=${made.registry.pull}\n\nnpm run e2e`,
  );
}

async function down(rig: string | undefined): Promise<void> {
  const made = await readMade();
  if (!made) throw new Error('cannot end a cluster: e2e:up has made none');
  if (made.how === 'rig' && !rig) throw new Error('cannot end the rig: E2E_RIG does not name its folder');
  if (made.how === 'rig' && rig) await rigDown(rig, made);
  if (made.how === 'kind') await kindDown();
  await forgetMade();
}

const args = process.argv.slice(2);
if (args.includes('--help')) process.stdout.write(usage);
else
  await main(args[0]).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
