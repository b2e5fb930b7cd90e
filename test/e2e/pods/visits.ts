import { ask } from '../../engine/ask.ts';

/** Visitors of a web application who come again as soon as they are answered. */
export interface VisitsOrder {
  readonly url: string;
  /** The hostname that is asked for, where the address is a gateway's. */
  readonly hostname?: string;
  /** What the name of each visit begins with. */
  readonly prefix: string;
  readonly visitors: number;
  readonly seconds: number;
}

export interface Visited {
  /** Names of the visits that were answered with 201. */
  readonly acknowledged: readonly string[];
  /** How many were not. */
  readonly refused: number;
  readonly lastError: string;
}

export async function visits(order: VisitsOrder): Promise<Visited> {
  const { url, hostname, prefix, visitors, seconds } = order;
  const end = performance.now() + seconds * 1_000;
  const acknowledged: string[] = [];
  const errors: string[] = [];
  const visit = async (name: string) => {
    const { status, said } = await ask({ url, hostname, body: { visit: name } }, 10);
    if (status !== 201) throw new Error(`${status}: ${said}`);
    acknowledged.push(name);
  };
  const visitor = async (number: number) => {
    for (let count = 0; performance.now() < end; count += 1)
      await visit(`${prefix}-${number}-${count}`).catch((error: unknown) => errors.push(String(error)));
  };
  await Promise.all(Array.from({ length: visitors }, (_, number) => visitor(number)));
  return { acknowledged, refused: errors.length, lastError: errors.at(-1) ?? '' };
}
