import { findAgent } from '../../jobs/agents/named-agents.ts';
import type { JsonObject } from '../../json.ts';
import { asked } from '../agent-server/asked.ts';
import { findAssistant } from '../agent-server/find-assistants.ts';
import { HttpError } from '../answer.ts';
import { about } from '../mcp/agents.ts';
import type { Service } from '../service.ts';

/** The version of the protocol. */
export const A2A_VERSION = '1.0';

/**
 * The card of an agent that can run by its name alone, in the JSON of the protocol (https://a2a-protocol.org/v1.0.0/specification/). `origin`
 * is that by which it was asked for, `https` where the worker stands behind a proxy that says so in its `PUBLIC_URL`.
 */
export async function agentCard(service: Service, agent: string, origin: string): Promise<JsonObject> {
  const { name } = await findAssistant(service, agent);
  const known = await asked(service, 'find the agent', findAgent(service.agents, agent));
  if (!known?.definition) throw new HttpError(404, `there is no agent ${agent} that can run by its name`);
  const description = about(name, known.definition);
  const url = `${service.parts.settings.publicUrl || origin}/a2a/${encodeURIComponent(agent)}`;
  const modes = ['text/plain', 'application/json'];
  return {
    name,
    description,
    version: '1',
    supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: A2A_VERSION }],
    capabilities: { streaming: true, pushNotifications: false, extendedAgentCard: false },
    securitySchemes: { bearer: { httpAuthSecurityScheme: { scheme: 'Bearer' } } },
    securityRequirements: [{ schemes: { bearer: { list: [] } } }],
    defaultInputModes: modes,
    defaultOutputModes: modes,
    skills: [{ id: 'answer', name, description, tags: ['agent'] }],
  };
}
