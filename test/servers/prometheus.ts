import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer, freePort } from './server.ts';
import type { Server } from './server.ts';
import type { Packaged } from './find.ts';

export const prometheusPackage: Packaged = {
  programs: ['prometheus', 'promtool'],
  folders: ['/usr/bin', '/opt/homebrew/bin', '/usr/local/bin'],
  debianPackage: 'prometheus',
};

/** What answers a query: its labels, and its value as text. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** A Prometheus that tests own. */
export interface Prometheus extends Server {
  query(expression: string): Promise<readonly Sample[]>;
}

/** Starts one in `dir` with these scrape configurations, which it goes by every second. */
export async function startPrometheus(
  folder: string,
  dir: string,
  scrapeConfigs: readonly object[],
): Promise<Prometheus> {
  const port = await freePort();
  const config = join(dir, 'prometheus.json');
  const global = { scrape_interval: '1s', scrape_timeout: '1s' };
  await writeFile(config, JSON.stringify({ global, scrape_configs: scrapeConfigs }));
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const launch = { kind: 'program', file: join(folder, 'prometheus'), args } as const;
  const server = await startServer(
    'prometheus',
    port,
    launch,
    join(dir, 'log'),
    async () => (await fetch(`${url}/-/ready`)).ok,
  );
  return {
    ...server,
    async query(expression) {
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { data, error } = (await answer.json()) as {
        data?: { result: readonly Sample[] };
        error?: string;
      };
      if (data === undefined) throw new Error(`cannot query ${expression}: ${error}`);
      return data.result;
    },
  };
}
