import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MutualTls, distrust } from '../../../functions/server/mutual-tls.ts';
import { authority, signed } from '../../tools/certificates.ts';
import type { KeyPair } from '../../tools/certificates.ts';

// The authority of a Crossplane has the subject that every certificate it signs has, too.
const ours = authority('Crossplane');
const theirs = authority('Crossplane');
const server = signed(ours, { commonName: 'function', ip: ['127.0.0.1'] });

function mounted({ certificate, key }: KeyPair, trusted = ours.certificate) {
  return { ca: Buffer.from(trusted), cert: Buffer.from(certificate), key: Buffer.from(key) };
}

const accepted = [
  {
    reason: "core's own certificate, which has the authority's name",
    client: signed(ours, { commonName: 'Crossplane', use: 'client' }),
  },
  { reason: 'an ordinary certificate of the authority', client: signed(ours, { commonName: 'someone' }) },
];

const refused = [
  { reason: 'no certificate', client: undefined, why: 'it has no certificate' },
  {
    reason: 'the certificate of the core of another cluster, whose authority has the same name',
    client: signed(theirs, { commonName: 'Crossplane', use: 'client' }),
    why: 'its certificate is not of our authority',
  },
  {
    reason: 'a certificate that signs itself',
    client: authority('Crossplane'),
    why: 'INVALID_PURPOSE',
  },
  {
    reason: 'an ordinary certificate of another authority',
    client: signed(authority('Elsewhere'), { commonName: 'someone' }),
    why: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  {
    reason: "a function's certificate: functions do not call functions",
    client: signed(ours, { commonName: 'Crossplane', use: 'server' }),
    why: 'INVALID_PURPOSE',
  },
  {
    reason: "core's certificate when its time is over",
    client: signed(ours, { commonName: 'Crossplane', use: 'client', days: -1 }),
    why: 'CERT_HAS_EXPIRED',
  },
];

describe('who may connect', () => {
  let listener: MutualTls;
  let port: number;
  let events: string[];
  beforeEach(async () => {
    events = [];
    listener = new MutualTls(
      mounted(server),
      (connection) => {
        events.push('accepted');
        connection.end('welcome');
      },
      ({ reason }) => events.push(reason),
    );
    port = await listener.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => listener.close());

  /** What the client hears until the connection ends. */
  async function call(client: KeyPair | undefined): Promise<string> {
    const own = client && { cert: client.certificate, key: client.key };
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...own });
    let heard = '';
    socket.on('data', (data: Buffer) => (heard += data.toString()));
    await Promise.race([once(socket, 'close'), once(socket, 'error')]).catch(() => undefined);
    socket.destroy();
    return heard;
  }

  it.each(accepted)('accepts $reason', async ({ client }) => {
    expect(await call(client)).toBe('welcome');
    expect(events).toEqual(['accepted']);
  });

  it.each(refused)('refuses $reason', async ({ client, why }) => {
    expect(await call(client)).toBe('');
    expect(events).toEqual([why]);
  });

  it('ends although a client was just connecting', async () => {
    const { certificate, key } = signed(ours, { commonName: 'someone' });
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, cert: certificate, key });
    socket.on('error', () => undefined);
    // TLS 1.3: the client is through with the handshake before the server has seen its certificate.
    await once(socket, 'secureConnect');
    await listener.close();
    expect(events).toEqual([]);
  });

  it('judges by the new authority once certificates were replaced', async () => {
    const core = signed(theirs, { commonName: 'Crossplane', use: 'client' });
    expect(await call(core)).toBe('');
    listener.replace(
      mounted(signed(theirs, { commonName: 'function', ip: ['127.0.0.1'] }), theirs.certificate),
    );
    expect(await call(core)).toBe('welcome');
    expect(await call(accepted[0]?.client)).toBe('');
  });

  it('trusts each of several authorities, as while one replaces the other', async () => {
    listener.replace(mounted(server, `${theirs.certificate}\n${ours.certificate}`));
    expect(await call(signed(theirs, { commonName: 'Crossplane', use: 'client' }))).toBe('welcome');
    expect(await call(accepted[0]?.client)).toBe('welcome');
  });
});

/** What OpenSSL says of these by itself depends on the order in which it looks; none of it may be relied on. */
describe('a certificate that OpenSSL takes for self-signed', () => {
  const now = new Date();
  const judge = ({ certificate }: KeyPair) =>
    distrust(
      {
        authorized: false,
        // As it is at run time: @types/node says Error.
        authorizationError: 'DEPTH_ZERO_SELF_SIGNED_CERT' as unknown as Error,
        getPeerX509Certificate: () => new X509Certificate(certificate),
      },
      [new X509Certificate(ours.certificate)],
      now,
    );

  it.each([
    {
      reason: 'is trusted when our authority signed it',
      client: signed(ours, { commonName: 'Crossplane' }),
      why: undefined,
    },
    {
      reason: 'is not when another did',
      client: signed(theirs, { commonName: 'Crossplane' }),
      why: 'its certificate is not of our authority',
    },
    {
      reason: 'is not when it is an authority itself',
      client: ours,
      why: 'its certificate is not for clients',
    },
    {
      reason: 'is not when it is for servers',
      client: signed(ours, { commonName: 'Crossplane', use: 'server' }),
      why: 'its certificate is not for clients',
    },
    {
      reason: 'is not when its time is over',
      client: signed(ours, { commonName: 'Crossplane', days: -1 }),
      why: 'its certificate is not valid at this time',
    },
  ])('$reason', ({ client, why }) => {
    expect(judge(client)).toBe(why);
  });
});
