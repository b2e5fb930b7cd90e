import manifest from '../package.json' with { type: 'json' };

/** The worker of this release, in the registry that the release was built for. */
export const releasedWorkerImage = `${manifest.config.images}/agent-worker:v${manifest.version}`;
