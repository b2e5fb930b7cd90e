import { format } from 'prettier';
import { agentsPage } from './agents-page.ts';
import { backstageFiles } from './backstage.ts';
import { dashboardJson, dashboards } from './dashboards.ts';
import type { Dashboard } from './dashboards.ts';
import { workerPage } from './worker-page.ts';
import { schemaFiles } from './schemas.ts';
import { definitions, generateDocs, generateNested, generateTypes } from './xrds.ts';
import type { Generated } from './xrds.ts';

/** Every file of the repository that follows from others, as it must be. */
export async function generated(root: URL): Promise<readonly Generated[]> {
  const kinds = await definitions(root);
  return [
    ...(await generateNested(root)),
    ...(await generateTypes(root)),
    await generateDocs(root),
    ...schemaFiles(kinds),
    ...backstageFiles(kinds),
    ...(await Promise.all(dashboards.map(dashboardFile))),
    await page('docs/agents.md', agentsPage()),
    await page('docs/worker-configuration.md', workerPage()),
  ];
}

async function page(path: string, text: string): Promise<Generated> {
  return { path, content: await format(text, { parser: 'markdown', printWidth: 110 }) };
}

async function dashboardFile(dashboard: Dashboard): Promise<Generated> {
  const content = await format(JSON.stringify(dashboardJson(dashboard)), { parser: 'json', printWidth: 110 });
  return { path: `package/monitoring/dashboards/${dashboard.name}.json`, content };
}
