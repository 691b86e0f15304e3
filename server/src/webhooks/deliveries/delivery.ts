/** How it stands with a delivery: it is sent now or later, it arrived, or it is given up. */
export const deliveryStatuses = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** An event on its way to one webhook. Times in RFC 3339 unless said otherwise. */
export interface Delivery {
  /** Stays the same however often it is sent: `webhook-id`. */
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly type: string;
  /** What it is about: deliveries about one thing go one after another. */
  readonly subject: string;
  /** When it happened. */
  readonly at: string;
  readonly payload: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** Milliseconds since the epoch: when it is sent next; null behind another one of its subject, and when it is over. */
  readonly runAt: number | null;
  readonly lastAttemptAt: string | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  /** How the last answer began. */
  readonly lastAnswer: string | null;
  readonly settledAt: string | null;
}

/** How long a delivery is kept after it is over, and how long it waits at most. Milliseconds. */
export const keptMs = 30 * 86_400_000;
