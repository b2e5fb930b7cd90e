import { serveCalls } from '../threads/serve.ts';
import { checkArguments } from './check.ts';

/** What a thread for arguments does. */
export function serveArguments(): void {
  serveCalls((call: Parameters<typeof checkArguments>[0]) => Promise.resolve(checkArguments(call)));
}
