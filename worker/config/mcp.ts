import { secretsOf } from '../agents/tools/mcp/secrets.ts';
import type { AgentSettings, McpServer } from '../agents/settings.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import { readAddresses } from './addresses.ts';
import type { EnvReader } from './env-reader.ts';

const RULE =
  'an object of servers by name, each {"url": …, "headers"?: {…}, "oauth"?: {"client_id": …, "client_secret": …, "scope"?: …, "issuer"?: …}} or ' +
  '{"command": …, "args"?: […], "env"?: {…}}, and with "session"?: "job" or "shared", "timeout_seconds"?: …';

/** What definitions may call of tool servers. */
export function readMcp(env: EnvReader): Required<Pick<AgentSettings, 'mcpServers' | 'mcpAddresses'>> {
  return {
    mcpServers: env.json('MCP_SERVERS', serversIn, RULE),
    mcpAddresses: readAddresses(env, 'MCP_ALLOWED_URLS'),
  };
}

/** Values that no log line may hold. */
export function mcpSecrets(env: EnvReader): readonly string[] {
  const servers = serversIn(parseJson(env.text('MCP_SERVERS')) ?? null) ?? {};
  return Object.values(servers).flatMap(secretsOf);
}

/** The servers, or undefined when the value has another shape. */
function serversIn(value: Json): Readonly<Record<string, McpServer>> | undefined {
  if (!isJsonObject(value)) return undefined;
  const servers = Object.entries(value).map(
    ([name, server]) => [name, isJsonObject(server) ? serverIn(server) : undefined] as const,
  );
  const known = servers.filter((one): one is [string, McpServer] => one[1] !== undefined);
  return known.length === servers.length ? Object.fromEntries(known) : undefined;
}

function serverIn(server: JsonObject): McpServer | undefined {
  const { session = 'job', timeout_seconds: seconds, ...place } = server;
  if (session !== 'job' && session !== 'shared') return undefined;
  if (seconds !== undefined && !(typeof seconds === 'number' && seconds > 0)) return undefined;
  const terms: Terms = { session, ...(seconds !== undefined && { timeoutMs: seconds * 1000 }) };
  return 'command' in place ? programIn(place, terms) : addressIn(place, terms);
}

type Terms = Pick<McpServer, 'session' | 'timeoutMs'>;

function addressIn({ url, headers = {}, oauth, ...rest }: JsonObject, terms: Terms): McpServer | undefined {
  if (typeof url !== 'string' || !URL.canParse(url) || !isTexts(headers)) return undefined;
  const login = oauth === undefined ? undefined : loginIn(oauth, new URL(url).origin);
  if (Object.keys(rest).length > 0 || (oauth !== undefined && login === undefined)) return undefined;
  return { ...terms, url, headers, ...(login !== undefined && { oauth: login }) };
}

/** A server is its own authorization server unless the operator names another: it has no say in who gets the credentials. */
function loginIn(oauth: Json, origin: string) {
  if (!isJsonObject(oauth) || !isTexts(oauth)) return undefined;
  const { client_id: clientId, client_secret: clientSecret, scope, issuer = origin, ...rest } = oauth;
  if (clientId === undefined || clientSecret === undefined || Object.keys(rest).length > 0) return undefined;
  if (!URL.canParse(issuer)) return undefined;
  return { issuer, clientId, clientSecret, ...(scope !== undefined && { scope }) };
}

function programIn(
  { command, args = [], env = {}, ...rest }: JsonObject,
  terms: Terms,
): McpServer | undefined {
  if (typeof command !== 'string' || !Array.isArray(args) || !isTexts(env)) return undefined;
  const words = args.filter((one) => typeof one === 'string');
  if (words.length < args.length || Object.keys(rest).length > 0) return undefined;
  return { ...terms, command, args: words, env };
}

function isTexts(value: Json): value is Record<string, string> {
  return isJsonObject(value) && Object.values(value).every((one) => typeof one === 'string');
}
