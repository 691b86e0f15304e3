// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.
/* oxlint-disable max-lines, max-lines-per-function, max-params */

import { at, type Options } from '../http/ask.ts';
import type { Send } from '../http/create-send.ts';
import type { List } from '../http/list.ts';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string | null;
  readonly enabled: boolean;
  /** gone: it answered 410. failing: nothing arrived for five days. by_request: somebody wants it so. */
  readonly disabled_reason: 'gone' | 'failing' | 'by_request' | null;
  readonly disabled_at: string | null;
  /** Since when nothing has arrived. */
  readonly failing_since: string | null;
  readonly last_delivered_at: string | null;
  readonly last_failed_at: string | null;
  /** Why the last attempt failed, until one succeeds. */
  readonly last_error: string | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface WebhookDelivery {
  /** The `webhook-id`, the same however often it is sent. */
  readonly id: string;
  readonly event_id: string;
  readonly type: string;
  /** What it is about. Deliveries about one thing arrive in their order. */
  readonly subject: string;
  readonly happened_at: string;
  readonly status: 'waiting' | 'delivered' | 'failed';
  /** Since it was written, or sent once more. */
  readonly attempts: number;
  /** Null where it is over, and where an earlier one about the same thing comes first. */
  readonly next_attempt_at: string | null;
  readonly last_attempt_at: string | null;
  readonly last_status_code: number | null;
  readonly last_error: string | null;
  /** How the last answer began: 2 KB at most. */
  readonly last_answer: string | null;
  readonly settled_at: string | null;
}

export interface WebhookDeliveryWithPayload {
  /** The `webhook-id`, the same however often it is sent. */
  readonly id: string;
  readonly event_id: string;
  readonly type: string;
  /** What it is about. Deliveries about one thing arrive in their order. */
  readonly subject: string;
  readonly happened_at: string;
  readonly status: 'waiting' | 'delivered' | 'failed';
  /** Since it was written, or sent once more. */
  readonly attempts: number;
  /** Null where it is over, and where an earlier one about the same thing comes first. */
  readonly next_attempt_at: string | null;
  readonly last_attempt_at: string | null;
  readonly last_status_code: number | null;
  readonly last_error: string | null;
  /** How the last answer began: 2 KB at most. */
  readonly last_answer: string | null;
  readonly settled_at: string | null;
  /** The body, to the letter: it is what is signed. */
  readonly payload: string;
}

export interface CreateWebhookBody {
  /** An https address. It gets a POST of every event. */
  readonly url: string;
  /** Types, a group as `connection.*`, or `*`: `connection.connected`, `connection.failed`, `connection.recovered`, `connection.expiring`, `connection.revoked`, `approval.requested`, `approval.decided`, `approval.expired`, `end_user.erased`, `webhook.disabled`, `webhook.test`. */
  readonly events: readonly string[];
  readonly description?: string | null | undefined;
}

export interface ChangeWebhookBody {
  /** An https address. It gets a POST of every event. */
  readonly url?: string | undefined;
  /** Types, a group as `connection.*`, or `*`: `connection.connected`, `connection.failed`, `connection.recovered`, `connection.expiring`, `connection.revoked`, `approval.requested`, `approval.decided`, `approval.expired`, `end_user.erased`, `webhook.disabled`, `webhook.test`. */
  readonly events?: readonly string[] | undefined;
  readonly description?: string | null | undefined;
  readonly enabled?: boolean | undefined;
}

export interface RotateWebhookSecretBody {
  /** How long both sign. Default: a day. */
  readonly overlap_seconds?: number | undefined;
}

export interface ReplayWebhookBody {
  readonly from: string;
  readonly to: string;
  /** Default: whether they arrived or not. */
  readonly status?: 'delivered' | 'failed' | undefined;
}

export interface ListWebhooksQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface ListWebhookDeliveriesQuery {
  readonly limit?: number | undefined;
  /** `next_cursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly status?: 'waiting' | 'delivered' | 'failed' | undefined;
  readonly type?: string | undefined;
}

/** The methods under `plugboard.webhooks`. */
export interface WebhooksMethods {
  /**
   * The addresses that are told of events, newest first.
   *
   * Needs the role ADMIN or above and the scope `webhooks:read`.
   */
  list(query?: ListWebhooksQuery, options?: Options): List<Webhook>;
  /**
   * Has an address told of events from now on. What they are signed with is shown once.
   *
   * Needs the role ADMIN or above and the scope `webhooks:write`.
   */
  create(
    body: CreateWebhookBody,
    options?: Options,
  ): Promise<{
    readonly webhook: Webhook;
    /** Shown once. What every event is signed with: `whsec_` and base64 (Standard Webhooks). */
    readonly secret: string;
  }>;
  /**
   * One of them, and how it does.
   *
   * Needs the role ADMIN or above and the scope `webhooks:read`.
   */
  get(id: string, options?: Options): Promise<Webhook>;
  /**
   * Changes where it is, what it is told of, or whether it is. One that is enabled gets what has waited.
   *
   * Needs the role ADMIN or above and the scope `webhooks:write`.
   */
  update(id: string, body?: ChangeWebhookBody, options?: Options): Promise<Webhook>;
  /**
   * Ends it at once, with what waits for it, and destroys its secrets.
   *
   * Needs the role ADMIN or above and the scope `webhooks:write`.
   */
  delete(id: string, options?: Options): Promise<void>;
  /**
   * Gives it another secret, shown once. The older one signs beside it for a while, and is destroyed.
   *
   * Needs the role ADMIN or above and the scope `webhooks:write`.
   */
  rotateSecret(
    id: string,
    body?: RotateWebhookSecretBody,
    options?: Options,
  ): Promise<{
    readonly webhook: Webhook;
    /** Shown once. What every event is signed with: `whsec_` and base64 (Standard Webhooks). */
    readonly secret: string;
  }>;
  /**
   * Sends it one event `webhook.test` now, enabled or not, and answers what came of it.
   *
   * Needs the role ADMIN or above and the scope `webhooks:write`.
   */
  test(id: string, options?: Options): Promise<WebhookDeliveryWithPayload>;
  /**
   * Sends everything once more that happened between two times and is over: 10,000 deliveries at most.
   *
   * Needs the role ADMIN or above and the scope `webhooks:write`.
   */
  replay(
    id: string,
    body: ReplayWebhookBody,
    options?: Options,
  ): Promise<{
    /** How many are sent once more, in the background. */
    readonly count: number;
  }>;
  readonly deliveries: {
    /**
     * What it was told and is to be told, what happened last first. Kept for 30 days after it is over.
     *
     * Needs the role ADMIN or above and the scope `webhooks:read`.
     */
    list(id: string, query?: ListWebhookDeliveriesQuery, options?: Options): List<WebhookDelivery>;
    /**
     * One delivery, with what is sent.
     *
     * Needs the role ADMIN or above and the scope `webhooks:read`.
     */
    get(id: string, deliveryId: string, options?: Options): Promise<WebhookDeliveryWithPayload>;
    /**
     * Sends one delivery once more, under the same id; one that waits for its next attempt is sent now.
     *
     * Needs the role ADMIN or above and the scope `webhooks:write`.
     */
    replay(id: string, deliveryId: string, options?: Options): Promise<WebhookDelivery>;
  };
}

/** How they are sent. */
export function webhooksOf(send: Send): WebhooksMethods {
  return {
    list: (query, options) => send.list({ method: 'GET', path: '/api/v1/webhooks', query }, options),
    create: (body, options) =>
      send.object({ method: 'POST', path: '/api/v1/webhooks', body, repeatable: true }, options),
    get: (id, options) => send.object({ method: 'GET', path: at`/api/v1/webhooks/${id}` }, options),
    update: (id, body, options) =>
      send.object({ method: 'PATCH', path: at`/api/v1/webhooks/${id}`, body: body ?? {} }, options),
    delete: (id, options) => send.nothing({ method: 'DELETE', path: at`/api/v1/webhooks/${id}` }, options),
    rotateSecret: (id, body, options) =>
      send.object(
        { method: 'POST', path: at`/api/v1/webhooks/${id}/rotate-secret`, body: body ?? {}, repeatable: true },
        options,
      ),
    test: (id, options) =>
      send.object({ method: 'POST', path: at`/api/v1/webhooks/${id}/test`, repeatable: true }, options),
    replay: (id, body, options) =>
      send.object({ method: 'POST', path: at`/api/v1/webhooks/${id}/replay`, body, repeatable: true }, options),
    deliveries: {
      list: (id, query, options) =>
        send.list({ method: 'GET', path: at`/api/v1/webhooks/${id}/deliveries`, query }, options),
      get: (id, deliveryId, options) =>
        send.object({ method: 'GET', path: at`/api/v1/webhooks/${id}/deliveries/${deliveryId}` }, options),
      replay: (id, deliveryId, options) =>
        send.object(
          { method: 'POST', path: at`/api/v1/webhooks/${id}/deliveries/${deliveryId}/replay`, repeatable: true },
          options,
        ),
    },
  };
}
