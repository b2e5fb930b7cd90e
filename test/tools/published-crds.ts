import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { versions } from './pins.ts';

/** Definitions that no package registry carries, and the public repository of their operator does. */
export interface Published {
  /** Where the files are, with a slash at its end. */
  readonly address: string;
  /** SHA-256 of each file, by its name. */
  readonly files: Readonly<Record<string, string>>;
}

/** The operators whose definitions are had in this way. */
export const published = {
  dragonfly: {
    address: `https://raw.githubusercontent.com/dragonflydb/dragonfly-operator/v${versions.dragonflyOperator}/config/crd/bases/`,
    files: {
      'dragonflydb.io_dragonflies.yaml': 'a91475353adc0dbed627f7f63628598fa8643dcb4695de93f2172e949a7bfc6c',
    },
  },
  'aws-provider': {
    address: `https://raw.githubusercontent.com/crossplane-contrib/provider-upjet-aws/v${versions.awsProvider}/package/crds/`,
    files: {
      'iam.aws.m.upbound.io_accesskeys.yaml':
        '24ea699c84f30b22fce83a8cd1407447e8938b7946a6607d412f980607f87629',
      's3.aws.m.upbound.io_bucketlifecycleconfigurations.yaml':
        '47c6f956cb45f58cc0188a5dffd974d6d85fb81a38857e200b9c46fedd2a9428',
      's3.aws.m.upbound.io_bucketpublicaccessblocks.yaml':
        '02a1c201803768aa2cad859a7521956e730733f113fcc2f6733173e925cbe3d1',
      's3.aws.m.upbound.io_buckets.yaml': '25cb7f98ec2189249522d5257ee555910d5202980f62842251ab0c6e3afff7ee',
      's3.aws.m.upbound.io_bucketserversideencryptionconfigurations.yaml':
        '08dcea750d814af6216917691596e73dfd997b4b63630ae4a93cf2b558e7feed',
      's3.aws.m.upbound.io_bucketversionings.yaml':
        'bf562962f55e0d9a9e765646539b85471cc1cdc26302dcf12bdd78e6e8fe6c3d',
      'iam.aws.m.upbound.io_policies.yaml':
        'e5ff267571b8c491c077f52ece4332f346f076b26a8ee901ac524ffcc44f2936',
      'iam.aws.m.upbound.io_userpolicyattachments.yaml':
        'e6e37b5a09d1c641abe86d40a3764af39b0bd3bec8df2f8970b8f66fb9690f70',
      'iam.aws.m.upbound.io_users.yaml': '779f75c0632924931e00825764ccf264981e7489b4b6107ab7191ab69a8bded0',
    },
  },
} as const satisfies Record<string, Published>;

/**
 * A copy on this machine, for where the address cannot be reached: the file that `DRAGONFLY_CRD` names, or one of the right name
 * beside it.
 */
async function copyOf(name: string): Promise<string | undefined> {
  const copy = process.env['DRAGONFLY_CRD'];
  if (!copy) return undefined;
  if (name in published.dragonfly.files) return readFile(copy, 'utf8');
  return readFile(join(dirname(copy), name), 'utf8').catch(() => undefined);
}

async function fetched(address: string): Promise<string> {
  const response = await fetch(address, { signal: AbortSignal.timeout(60_000) }).catch((cause: unknown) => {
    const advice =
      "name a copy of Dragonfly's file in DRAGONFLY_CRD, with the others beside it, where that address cannot be reached";
    throw new Error(`cannot fetch ${address}: ${advice}`, { cause });
  });
  if (!response.ok) throw new Error(`cannot fetch ${address}: the answer was ${response.status}`);
  return response.text();
}

/**
 * The text of each file.
 *
 * @throws when a file cannot be had, or is another than it was
 */
export async function publishedTexts({ address, files }: Published): Promise<string[]> {
  return Promise.all(
    Object.entries(files).map(async ([name, sum]) => {
      const text = (await copyOf(name)) ?? (await fetched(`${address}${name}`));
      const digest = createHash('sha256').update(text).digest('hex');
      if (digest !== sum) throw new Error(`cannot use ${name}: expected SHA-256 ${sum}, got ${digest}`);
      return text;
    }),
  );
}
