import type { AgentSettings } from '../agents/settings.ts';

/** Settings for whoever runs a definition of their own: they have read it, and servers of tools are often on this machine. */
export function withOwnTools(settings: AgentSettings, environment: NodeJS.ProcessEnv): AgentSettings {
  return environment['MCP_ALLOWED_URLS'] ? settings : { ...settings, mcpAddresses: 'any' };
}
