import { permissionFor } from '../agents/tools/mcp/address-pattern.ts';
import { mcpFetch } from '../agents/tools/mcp/fetch.ts';
import { isPrivate } from '../agents/tools/mcp/private-addresses.ts';
import type { WebhookSettings } from '../config/webhooks.ts';
import { webhookSignature } from '../jobs/digest.ts';
import type { Webhooks } from '../jobs/upkeep/call-webhooks.ts';
import type { Clock } from '../ports.ts';

/** Calls addresses of clients under the rule that the addresses of tool servers are under. */
export function openWebhooks({ key, allowed }: WebhookSettings, clock: Pick<Clock, 'wall'>): Webhooks {
  return {
    refusal(url) {
      const permission = permissionFor(url, allowed);
      if (permission === 'refused') return 'is no address that WEBHOOK_ALLOWED_URLS allows';
      if (permission === 'public' && isPrivate(new URL(url).hostname))
        return 'is a private address: WEBHOOK_ALLOWED_URLS has to name its host in full';
      return undefined;
    },
    async call({ id, url, body }, signal) {
      const fetch = mcpFetch(permissionFor(url, allowed) === 'anywhere' ? 'anywhere' : 'public');
      const seconds = Math.floor(clock.wall().getTime() / 1000);
      // What it answers beside its status is not read.
      const answered = new AbortController();
      try {
        const { ok, status } = await fetch(url, {
          method: 'POST',
          redirect: 'manual',
          headers: {
            'Content-Type': 'application/json',
            'webhook-id': id,
            'webhook-timestamp': String(seconds),
            'webhook-signature': webhookSignature(key, id, seconds, body),
          },
          body,
          signal: AbortSignal.any([signal, answered.signal]),
        });
        if (!ok) throw new Error(`it answered with status ${status}`);
      } finally {
        answered.abort();
      }
    },
  };
}
