import { describe, expect, test } from 'vitest';
import { addressPatterns, permissionFor } from '../../worker/agents/tools/mcp/address-pattern.ts';
import { mcpFetch } from '../../worker/agents/tools/mcp/fetch.ts';
import { isPrivate } from '../../worker/agents/tools/mcp/private-addresses.ts';
import { startModelServer } from '../stubs/model-server.ts';
import { agentOn, config } from './fixture.ts';

describe('an address in a definition', () => {
  test.each([
    ['', 'https://tools.example.com/mcp', 'refused'],
    ['https://*.example.com/*', 'https://tools.example.com/mcp', 'public'],
    ['https://*.example.com/*', 'https://example.com.evil.org/mcp', 'refused'],
    ['https://*.example.com/*', 'http://tools.example.com/mcp', 'refused'],
    ['https://*.example.com/*', 'https://tools.example.com:8443/mcp', 'refused'],
    ['https://*.example.com:*/*', 'https://tools.example.com:8443/mcp', 'public'],
    ['https://tools.example.com', 'https://tools.example.com/any/path', 'anywhere'],
    ['https://tools.example.com/mcp', 'https://tools.example.com/admin', 'refused'],
    ['https://*/*', 'https://user:password@tools.example.com/', 'refused'],
    ['http://a/*, http://b:8080/mcp', 'http://b:8080/mcp', 'anywhere'],
    ['http://*/*', 'file:///etc/passwd', 'refused'],
    ['http://*/*', 'not an address', 'refused'],
  ])('with "%s", %s is %s', (patterns, address, permission) => {
    expect(permissionFor(address, addressPatterns(patterns) ?? [])).toBe(permission);
  });

  test.each(['example.com', 'ftp://example.com', 'https://', 'https://a b', 'https://user@host/'])(
    '%s is no pattern',
    (text) => {
      expect(addressPatterns(text)).toBeUndefined();
    },
  );

  test('is refused before anything is run, unless the worker allows it', async () => {
    const models = await startModelServer();
    const of = {
      tool_definitions: [{ name: 'echo', runtime: { kind: 'mcp', url: 'http://127.0.0.1:9/mcp' } }],
      nodes: [{ id: 'a', type: 'Orchestrator', config: config('a', {}, { tools: ['echo'] }) }],
    };
    const path = 'tool_definitions[0].runtime.url';
    expect(agentOn(models.url, { mcpAddresses: [] }).check(of)).toMatchObject([{ path }]);
    expect(agentOn(models.url, { mcpAddresses: 'any' }).check(of)).toEqual([]);
    await models.close();
  });
});

describe('a private address', () => {
  test.each([
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['169.254.169.254', true],
    ['100.100.100.200', true],
    ['0.0.0.0', true],
    ['[::1]', true],
    ['[::ffff:10.0.0.1]', true],
    ['[fd00:ec2::254]', true],
    ['[64:ff9b::a00:1]', true],
    ['fe80::1%eth0', true],
    ['93.184.216.34', false],
    ['[2606:2800:220:1:248:1893:25c8:1946]', false],
    ['example.com', false],
  ])('%s: %s', (address, expected) => {
    expect(isPrivate(address)).toBe(expected);
  });

  test.each([
    'http://127.0.0.1:18099/',
    'http://2130706433:18099/',
    'http://0x7f.1:18099/',
    'http://[::1]:18099/',
    'http://localhost:18099/',
  ])('%s is not reached by a pattern with a * in its host', async (address) => {
    const reason = await mcpFetch('public')(address).catch((error: unknown) => error);
    const errors = [reason, (reason as Error).cause];
    expect(errors.map((error) => (error instanceof Error ? error.name : ''))).toContain('PrivateAddress');
  });
});
