import type { TestProject } from 'vitest/node';
import { openServers } from './open.ts';
import type { ServerUrls } from './open.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null when a server is not to be had here, which skips the tests by name. */
    servers: ServerUrls | null;
  }
}

/** Opens the servers for all test files; vitest calls what it returns at the end. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const opened = await openServers();
  if (opened.kind === 'open') {
    project.provide('servers', opened.urls);
    return opened.close;
  }
  const advice = opened.advice.join('; ');
  if (process.env['CI']) throw new Error(`cannot run tests on real servers: ${advice}`);
  console.error(`tests on real servers are skipped: ${advice}`);
  project.provide('servers', null);
  return async () => {};
}
