import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../e2e/shell.ts';
import { moduleFolder } from '../../tools/go.ts';
import { versions } from '../../tools/pins.ts';
import { program } from '../../tools/programs.ts';
import { externalSecretsOperator } from '../images/catalog.ts';
import { applyManifest } from './part.ts';
import type { Part } from './part.ts';

/** The External Secrets Operator by its own chart, webhook included. Of providers it has `fake`, whose store holds its values itself. */
export const externalSecrets: Part = {
  images: [externalSecretsOperator],
  async install({ state, cluster }) {
    const version = versions.externalSecretsOperator;
    const folder = await moduleFolder(`github.com/external-secrets/external-secrets@v${version}`);
    await applyManifest(cluster, await readFile(join(folder, 'deploy/crds/bundle.yaml'), 'utf8'));
    const places = ['', 'webhook.', 'certController.'];
    const [repository = '', tag = ''] = externalSecretsOperator.name.split(':');
    const images = places.flatMap((place) => [
      `${place}image.repository=${repository}`,
      `${place}image.tag=${tag}`,
    ]);
    const values = ['installCRDs=false', ...images].join(',');
    const where = ['--namespace', 'external-secrets', '--create-namespace', '--wait', '--timeout', '3m'];
    await withChart(folder, async (chart) => {
      await run(
        await program('helm'),
        ['upgrade', 'external-secrets', chart, '--install', '--set', values, ...where],
        { env: { KUBECONFIG: state.kubeconfig, HELM_CACHE_HOME: join(state.folder, 'helm') }, seconds: 200 },
      );
    });
  },
};

/** A copy of the chart without the chart of somebody else that it leaves out by default, and that its module does not have. */
async function withChart(module: string, work: (chart: string) => Promise<void>): Promise<void> {
  const chart = await mkdtemp(join(tmpdir(), 'zerotouch-chart-'));
  try {
    await cp(join(module, 'deploy/charts/external-secrets'), chart, { recursive: true });
    // What comes from Go's module cache may not be written to.
    await run('chmod', ['--recursive', 'u+w', chart]);
    const [own = ''] = (await readFile(join(chart, 'Chart.yaml'), 'utf8')).split(/^dependencies:$/m);
    await writeFile(join(chart, 'Chart.yaml'), own);
    await rm(join(chart, 'Chart.lock'));
    await work(chart);
  } finally {
    await rm(chart, { recursive: true, force: true });
  }
}
