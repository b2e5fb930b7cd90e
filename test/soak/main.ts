/** `npm run soak`: what takes longer than a test may, on real servers. */
import { group } from '../../command-line/command.ts';
import { main } from '../../command-line/main.ts';
import manifest from '../../package.json' with { type: 'json' };

const root = group({
  description:
    'Runs workers through bad hours on real servers. Each command says what it found, and fails when a job was harmed.',
  members: {
    outage: {
      summary: 'A model that is away, or refuses the key, under many jobs',
      load: async () => (await import('./outage.ts')).outage,
    },
    cuts: {
      summary: 'Workers cut off from all their servers',
      load: async () => (await import('./cuts.ts')).cuts,
    },
    'full-disk': {
      summary: 'A PostgreSQL without room on its disk',
      load: async () => (await import('./full-disk.ts')).fullDisk,
    },
    kills: {
      summary: 'A worker killed again and again under long jobs',
      load: async () => (await import('./kills.ts')).kills,
    },
    rollout: {
      summary: 'Workers changed from one version to another and back under many jobs',
      load: async () => (await import('./rollout.ts')).rollout,
    },
  },
});

await main({ name: 'soak', version: manifest.version, root });
