import { permissionFor } from '../tools/mcp/address-pattern.ts';
import type { Capabilities } from './definition.ts';
import type { AgentSettings, ModelServer } from '../settings.ts';

/** What definitions can ask of a worker with these settings. */
export function capabilitiesOf(settings: AgentSettings): Capabilities {
  return {
    providers: providersOf(settings),
    defaultModel: settings.defaultModel,
    defaultFallbacks: settings.defaultFallbacks ?? [],
    python: settings.python === 'subprocess',
    headerVariables: Object.keys(settings.headerVariables ?? {}),
    mcpServers: Object.keys(settings.mcpServers ?? {}),
    coded: [...(settings.coded?.keys() ?? [])],
    mayCall: (url) => permissionFor(url, settings.mcpAddresses ?? []) !== 'refused',
  };
}

/** Names of the providers whose models a worker with these settings can ask. */
export function providersOf(
  settings: Pick<AgentSettings, 'openai' | 'anthropic' | 'azure' | 'bedrock' | 'google'>,
): readonly string[] {
  const asked = (['openai', 'anthropic'] as const).filter((name) => isConfigured(settings[name]));
  const named = (['azure', 'bedrock', 'google'] as const).filter((name) => settings[name] !== undefined);
  return [...asked, ...named];
}

/** A server of one's own often wants no key. */
function isConfigured({ apiKey, baseUrl }: ModelServer): boolean {
  return apiKey !== undefined || baseUrl !== undefined;
}
