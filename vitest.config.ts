import { defineConfig } from 'vitest/config';
import type { TestProjectInlineConfiguration } from 'vitest/config';

/** One project a tier: `pure` needs nothing but Node, the others need real programs. */
function tier(name: string, include: string[], options: TestProjectInlineConfiguration['test'] = {}) {
  return { extends: true as const, test: { name, include, ...options } };
}

const needsPrograms = [
  'test/services/**',
  'test/engine/**',
  'test/faults/**',
  'test/packages/**',
  'test/argocd/**',
];

export default defineConfig({
  test: {
    // Nothing waits so long; a busy machine does.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    // Agents in code are read by Node itself, as the worker reads them.
    server: { deps: { external: [/\/examples\/agents-in-code\//, /\/zerotouch-code-/] } },
    projects: [
      tier('pure', ['test/**/*.test.ts'], { exclude: needsPrograms }),
      // On a busy machine a worker takes half a minute to start.
      tier('services', ['test/services/**/*.test.ts'], {
        globalSetup: 'test/servers/setup.ts',
        testTimeout: 300_000,
      }),
      // Its files share one control plane, and several of them kill parts of it: one at a time.
      tier('engine', ['test/engine/**/*.test.ts'], {
        globalSetup: 'test/engine/setup.ts',
        fileParallelism: false,
        testTimeout: 300_000,
      }),
      // They load and kill servers and workers: one file at a time.
      tier('faults', ['test/faults/**/*.test.ts'], { fileParallelism: false, testTimeout: 300_000 }),
      tier('packages', ['test/packages/**/*.test.ts'], {
        globalSetup: ['test/servers/setup.ts', 'test/packages/setup.ts'],
        fileParallelism: false,
        testTimeout: 300_000,
      }),
      // One story on one cluster: each test goes on where the one before it ended.
      tier('argocd', ['test/argocd/**/*.test.ts'], {
        globalSetup: 'test/packages/setup.ts',
        testTimeout: 900_000,
        hookTimeout: 900_000,
        bail: 1,
      }),
    ],
  },
});
