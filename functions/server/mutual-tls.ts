import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';
import type { Certificates } from './certificates.ts';
import { closed, listen } from './listen.ts';
import type { Address } from './options.ts';

/** What is told of a client that was turned away. */
export interface RefusedConnection {
  readonly client: string;
  readonly reason: string;
}

/** Listens with TLS and hands over the connections of clients that have a certificate of our authority. */
export class MutualTls {
  readonly #server: Server;
  #authorities: readonly X509Certificate[];

  constructor(
    certificates: Certificates,
    accept: (connection: TLSSocket) => void,
    refuse: (refusal: RefusedConnection) => void,
  ) {
    this.#authorities = authoritiesIn(certificates.ca);
    const options = {
      requestCert: true,
      // Not left to OpenSSL alone: see distrust().
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
      // Shorter than the grace at the end, which a client that says nothing would use up.
      handshakeTimeout: 10_000,
    };
    this.#server = createServer({ ...options, ...certificates }, (connection) => {
      connection.on('error', () => connection.destroy());
      // Its handshake was under way when we were told to end: those who were asked to go are gone already.
      if (!this.#server.listening) return connection.destroy();
      const reason = distrust(connection, this.#authorities, new Date());
      if (reason === undefined) return accept(connection);
      refuse({ client: connection.remoteAddress ?? '', reason });
      connection.destroy();
    });
    this.#server.on('tlsClientError', (error, connection) => {
      refuse({ client: connection.remoteAddress ?? '', reason: error.message });
    });
  }

  /** Answers the port. Rejects when the address cannot be listened on. */
  listen(address: Address): Promise<number> {
    return listen(this.#server, address);
  }

  /** From here on new connections get these; open ones go on with what they have. */
  replace(certificates: Certificates): void {
    this.#authorities = authoritiesIn(certificates.ca);
    this.#server.setSecureContext({ ...certificates });
  }

  /** Takes no more connections. Answers when the open ones have ended. */
  close(): Promise<void> {
    return closed(this.#server);
  }
}

function authoritiesIn(pem: Buffer): X509Certificate[] {
  const certificates = pem
    .toString('latin1')
    .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (certificates ?? []).map((certificate) => new X509Certificate(certificate));
}

/**
 * Why the client is not who may call, or undefined when it is.
 *
 * Crossplane gives its authority and core's client certificate one and the same subject, and so OpenSSL takes the
 * latter for self-signed and refuses it, whoever signed it. Exactly that refusal is judged again here, by the
 * signature. That the client has the certificate's key was proven in the handshake.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/initializer/cert_generator.go
 */
export function distrust(
  connection: Pick<TLSSocket, 'authorized' | 'authorizationError' | 'getPeerX509Certificate'>,
  authorities: readonly X509Certificate[],
  now: Date,
): string | undefined {
  if (connection.authorized) return undefined;
  const peer = connection.getPeerX509Certificate();
  if (peer === undefined) return 'it has no certificate';
  const judged = String(connection.authorizationError);
  if (judged !== 'DEPTH_ZERO_SELF_SIGNED_CERT') return judged;
  if (!authorities.some((authority) => peer.checkIssued(authority) && peer.verify(authority.publicKey)))
    return 'its certificate is not of our authority';
  if (peer.ca || !peer.keyUsage.includes(clientAuthentication)) return 'its certificate is not for clients';
  if (now < peer.validFromDate || now > peer.validToDate) return 'its certificate is not valid at this time';
  return undefined;
}

/** https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
const clientAuthentication = '1.3.6.1.5.5.7.3.2';
