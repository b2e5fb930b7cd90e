/**
 * The certificate authorities that Node trusts, as one PEM file: Mozilla's list, which is text inside of the program.
 * Being read and not asked for, it comes out the same for a program that this machine cannot run.
 */
export function certificateAuthorities(program: Buffer): string {
  const pem = /-----BEGIN CERTIFICATE-----\n[A-Za-z0-9+/=\n]+-----END CERTIFICATE-----/g;
  const found = new Set(program.toString('latin1').match(pem));
  // Far fewer than the 121 of 24.21 would mean that Node keeps them in another way now.
  if (found.size < 50)
    throw new Error(`cannot read the authorities Node trusts: found ${found.size} of them`);
  return [...found].map((certificate) => `${certificate}\n`).join('');
}
