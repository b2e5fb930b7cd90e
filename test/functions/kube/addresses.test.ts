import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInside, parseCidr } from '../../../functions/kube/cidr.ts';
import { hostProblem, portProblem } from '../../../functions/kube/host.ts';
import type { JsonObject } from '../../../functions/composition/contract.ts';
import { call, claim } from '../call.ts';

const image = 'registry.example/worker:v1';
const fatal = (spec: JsonObject) =>
  call(claim('AgentExecutor', { image, ...spec })).results.map(({ message }) => message);

describe('a block of addresses', () => {
  const cases: readonly { text: string; says: string | undefined }[] = [
    { text: '0.0.0.0/0', says: undefined },
    { text: '10.0.0.0/8', says: undefined },
    { text: '192.0.2.7/32', says: undefined },
    { text: '::/0', says: undefined },
    { text: '2001:db8::/32', says: undefined },
    { text: 'FD00:EC2::254/128', says: undefined },
    { text: '1:2:3:4:5:6:7:8/128', says: undefined },
    { text: '10.0.0.0/64', says: 'an IPv4 address has 32 bits, not 64' },
    { text: '2001:db8::/129', says: 'an IPv6 address has 128 bits, not 129' },
    { text: '300.1.2.3/8', says: '300.1.2.3 is no IPv4 address' },
    { text: '10.0.0/8', says: '10.0.0 is no IPv4 address' },
    { text: '010.0.0.0/8', says: '010.0.0.0 is no IPv4 address' },
    { text: '::ffff:10.0.0.0/104', says: 'is no IPv6 address' },
    { text: '1::2::3/64', says: 'is no IPv6 address' },
    { text: '1:2:3:4:5:6:7:8:9/64', says: 'is no IPv6 address' },
    { text: '1:2:3:4:5:6:7::8/128', says: 'is no IPv6 address' },
    { text: '12345::/16', says: 'is no IPv6 address' },
    { text: '10.0.0.0', says: 'expected an address, / and a number of bits' },
    { text: '10.0.0.0/08', says: 'expected an address, / and a number of bits' },
    { text: 'localhost/8', says: 'expected an address, / and a number of bits' },
    { text: '10.1.2.3/8', says: 'write 10.0.0.0/8, or 10.1.2.3/32 for one address' },
    { text: '2001:db8::1/32', says: 'write 2001:db8::/32, or 2001:db8::1/128 for one address' },
    { text: '::1/0', says: 'write ::/0, or ::1/128 for one address' },
  ];
  test.each(cases)('$text', ({ text, says }) => {
    const parsed = parseCidr(text);
    expect('why' in parsed ? parsed.why : 'right').toContain(says ?? 'right');
  });

  test('that is named in place of a wrong one is right', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((each) => each.toString(16));
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 8, maxLength: 8 }),
        fc.integer({ min: 0, max: 128 }),
        (groups, prefix) => {
          const parsed = parseCidr(`${groups.join(':')}/${prefix}`);
          if (!('why' in parsed)) return;
          const [, better = ''] = /write (\S+),/.exec(parsed.why) ?? [];
          expect(parseCidr(better)).toMatchObject({ family: 'IPv6', prefix });
        },
      ),
    );
  });

  test.each([
    { inner: '10.1.0.0/16', outer: '10.0.0.0/8', inside: true },
    { inner: '10.0.0.0/8', outer: '10.0.0.0/8', inside: false },
    { inner: '192.168.0.0/16', outer: '10.0.0.0/8', inside: false },
    { inner: '0.0.0.0/0', outer: '10.0.0.0/8', inside: false },
    { inner: 'fc00::/7', outer: '::/0', inside: true },
    { inner: 'fc00::/7', outer: '0.0.0.0/0', inside: false },
  ])('$inner is inside of $outer: $inside', ({ inner, outer, inside }) => {
    const [small, large] = [parseCidr(inner), parseCidr(outer)];
    if ('why' in small || 'why' in large) throw new Error('no blocks');
    expect(isInside(small, large)).toBe(inside);
  });
});

describe('a host', () => {
  test.each([
    'nats',
    'nats.nats.svc',
    'nats.nats.svc.cluster.local.',
    '10.20.30.40',
    'a-b.c0',
    '4hosts.example',
  ])('may be %s', (host) => {
    expect(hostProblem(host)).toBeUndefined();
    expect(URL.canParse(`http://${host}:1`)).toBe(true);
  });

  test.each([
    '',
    '.',
    '-.-..',
    'a..b',
    '-a',
    'a-',
    '1.2.3.400',
    '1.2.3',
    'a.0x1f',
    '256.1.1.1',
    'x'.repeat(64),
  ])('cannot be %j', (host) => {
    expect(hostProblem(host)).toContain('is neither a host name');
  });

  test('has ports from 1 to 65535', () => {
    expect(['1', '4222', '65535'].map(portProblem)).toEqual([undefined, undefined, undefined]);
    expect(['0', '00000', '65536', '99999'].map(portProblem)).not.toContain(undefined);
  });
});

describe('an AgentExecutor that the API server would refuse in something composed', () => {
  test.each([
    {
      spec: { natsUrl: 'nats://nats.nats.svc:99999' },
      says: 'spec.natsUrl: a port is 1 to 65535, not 99999',
    },
    { spec: { natsUrl: 'nats://nats.nats.svc:0' }, says: 'spec.natsUrl: a port is 1 to 65535, not 0' },
    { spec: { natsUrl: 'nats://-.-..:1' }, says: 'spec.natsUrl: -.-.. is neither a host name' },
    { spec: { natsMonitoringEndpoint: '1.2.3.400:0' }, says: 'spec.natsMonitoringEndpoint: a port is' },
    { spec: { egress: [{ cidr: '10.0.0.0/64' }] }, says: 'spec.egress[0].cidr: an IPv4 address has' },
    {
      spec: { egress: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16', '192.168.0.0/16', 'a/1', '::/0'] }] },
      says: 'spec.egress[0].except[1]: 192.168.0.0/16 is not a part of 10.0.0.0/8',
    },
    { spec: { llmKeysSecret: 'vault/llm' }, says: 'spec.llmKeysSecret: expected lower-case letters' },
    { spec: { imagePullSecrets: ['Pull'] }, says: 'spec.imagePullSecrets[0]: expected lower-case letters' },
    {
      spec: { env: [{ name: 'A', secretKeyRef: { name: 'a', key: 'a b' } }] },
      says: 'spec.env[0].secretKeyRef.key: expected a key of a Secret',
    },
    {
      spec: { env: [{ name: 'A', secretKeyRef: { name: 'a', key: '..a' } }] },
      says: 'spec.env[0].secretKeyRef.key: expected a key of a Secret',
    },
  ])('$says', ({ spec, says }) => {
    expect(fatal(spec)).toEqual([expect.stringContaining(says)]);
  });

  test('is told all of it at once', () => {
    const [message = ''] = fatal({
      natsUrl: 'nats://1.2.3.400:0',
      egress: [{ cidr: '::/0' }, { cidr: '300.1.2.3/8', except: ['10.0.0.0/33'] }],
    });
    for (const path of [
      'spec.natsUrl: 1.2.3.400',
      'spec.natsUrl: a port',
      'spec.egress[1].cidr',
      'spec.egress[1].except[0]',
    ])
      expect(message).toContain(path);
    expect(message).not.toContain('spec.egress[0]');
  });

  test('never makes the function throw, whatever the schema lets pass', () => {
    const address = fc.stringMatching(/^(nats|tls):\/\/[A-Za-z0-9.-]+(:[0-9]{1,5})?$/);
    const block = fc.stringMatching(/^[0-9a-fA-F.:]+\/[0-9]{1,3}$/);
    fc.assert(
      fc.property(address, block, fc.array(block, { maxLength: 3 }), (natsUrl, cidr, except) => {
        expect(() => fatal({ natsUrl, egress: [{ cidr, except }] })).not.toThrow();
      }),
    );
  });
});
