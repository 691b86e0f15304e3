import type { App } from '../context.ts';
import type { Listener } from '../events/outbox/listener.ts';
import type { JobHandlers } from '../jobs/create-job-runner.ts';
import type { HouseTask } from '../jobs/keep-house.ts';
import { forgetDeliveries } from './deliveries/forget-deliveries.ts';
import { replayInBackground } from './deliveries/replay-range.ts';
import { deleteInBackground } from './managing/delete-webhook.ts';
import { writeDeliveries } from './offered/write-deliveries.ts';
import { createDeliverer, type Deliverer } from './sending/create-deliverer.ts';

/** What webhooks need to have done while nobody asks for anything. */
export interface WebhooksInBackground extends Pick<Deliverer, 'start' | 'stop'> {
  /** Writes what is to be sent. */
  readonly listener: Listener;
  readonly jobs: Pick<JobHandlers, 'webhook.delete' | 'webhook.replay'>;
  readonly tasks: readonly HouseTask[];
}

/** Built once per process: nothing of it is on the way of a call. */
export function webhooksInBackground(app: App): WebhooksInBackground {
  const { start, stop, look } = createDeliverer(app);
  return {
    start,
    stop,
    listener: writeDeliveries(app, look),
    jobs: { 'webhook.delete': deleteInBackground(app), 'webhook.replay': replayInBackground(app, look) },
    tasks: forgetDeliveries(app),
  };
}
