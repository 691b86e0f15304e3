import type { DisabledReason } from './webhook.ts';

declare module '../events/append-event.ts' {
  interface EventTypes {
    /** The origin alone: what else is in an address may be a secret of whoever listens there. */
    'webhook.created': { readonly origin: string; readonly events: readonly string[] };
    'webhook.changed': { readonly changes: readonly string[] };
    'webhook.deleted': { readonly origin: string };
    'webhook.secret_rotated': { readonly overlap_seconds: number };
    'webhook.tested': { readonly delivery: string; readonly status: string };
    'webhook.delivery_replayed': { readonly delivery: string };
    'webhook.replayed': {
      readonly from: string;
      readonly to: string;
      readonly status: string | null;
      readonly count: number;
    };
    /** By itself, because of what it answers or does not. */
    'webhook.disabled': { readonly origin: string; readonly reason: Exclude<DisabledReason, 'by_request'> };
  }
}
