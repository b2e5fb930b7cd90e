import { createHash, randomBytes } from 'node:crypto';
import type { World } from '../../functions/composition/contract.ts';
import { releasedWorkerImage } from '../../functions/worker-image.ts';

/** Stands where the cluster will have a password, so that rendering twice gives the same bytes. */
const placeholderPassword = 'placeholder-the-cluster-draws-a-password-here';

/** Draws nothing: each password is the placeholder, or another marked text where it must differ from before. */
export function placeholderWorld(password: string = placeholderPassword): World {
  return { randomPassword: () => password, digest, workerImage: releasedWorkerImage };
}

/** Draws real passwords, 32 bytes each, as the function does in a cluster. */
export function randomWorld(): World {
  return {
    randomPassword: () => randomBytes(32).toString('base64url'),
    digest,
    workerImage: releasedWorkerImage,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
