import { afterEach, expect, it } from 'vitest';
import { Secret } from '../../server/src/lib/secret.ts';
import { answering, answers, startWebhookReceiver, type WebhookReceiver } from '../emulators/webhook-receiver.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { heldClock } from '../support/held-clock.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { deliveriesOf, happen, makeWebhook, untilDeliveries } from '../support/webhooks.ts';

const at = '/api/v1/webhooks';
const day = 86_400_000;

describeOnDatabases('deliveries to webhooks', ({ migrated }) => {
  const open: { stop(): Promise<unknown> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  /** Plugboard and a receiver, in a time of their own. */
  async function scene(): Promise<{
    readonly receiver: WebhookReceiver;
    readonly plugboard: Plugboard;
    /** The same installation so much later, started anew: it keeps house at once. */
    later(plugboard: Plugboard, days: number): Promise<Plugboard>;
  }> {
    const database: DatabaseConfig = await migrated();
    const clock = heldClock();
    const receiver = await startWebhookReceiver();
    open.push(receiver);
    return {
      receiver,
      plugboard: await startPlugboard(database, { clock }),
      async later({ stop, adminKey }, days) {
        await stop();
        clock.forward(days * day);
        return startPlugboard(database, { clock, adminKey: new Secret(adminKey) });
      },
    };
  }

  it('are kept for 30 days after they are over', async () => {
    covers('webhooks/retention');
    const { receiver, plugboard, later } = await scene();
    const hook = await makeWebhook(plugboard, receiver.url);
    await happen(plugboard.app.storage, plugboard.workspaceId, [{ connection: 'a', reason: 'one' }]);
    await untilDeliveries(plugboard, hook.id, { status: 'delivered', count: 1 });
    const then = await later(plugboard, 29);
    expect(await deliveriesOf(then, hook.id)).toHaveLength(1);
    const [{ id = '' } = {}] = await deliveriesOf(then, hook.id);
    expect((await then.call(`POST ${at}/${hook.id}/deliveries/${id}/replay`)).status).toBe(202);
    await untilDeliveries(then, hook.id, { status: 'delivered', count: 1 });
    const replayed = await later(then, 29);
    expect(await deliveriesOf(replayed, hook.id)).toHaveLength(1);
    const over = await later(replayed, 2);
    expect(await deliveriesOf(over, hook.id)).toEqual([]);
    expect((await over.call(`GET ${at}/${hook.id}/deliveries/${id}`)).status).toBe(404);
  });

  it('wait for 30 days while the webhook is disabled, and are told among the failed ones then', async () => {
    covers('webhooks/retention', 'webhooks/waits');
    const { receiver, plugboard, later } = await scene();
    const hook = await makeWebhook(plugboard, receiver.url);
    receiver.answer(answering(410));
    const tell = ({ app, workspaceId }: Plugboard, reason: string) =>
      happen(app.storage, workspaceId, [{ connection: 'a', reason }]);
    await tell(plugboard, 'one');
    await untilDeliveries(plugboard, hook.id, { status: 'failed', count: 1 });
    await tell(plugboard, 'two');
    await untilDeliveries(plugboard, hook.id, { status: 'waiting', count: 1 });
    const then = await later(plugboard, 20);
    await tell(then, 'three');
    await untilDeliveries(then, hook.id, { status: 'waiting', count: 2 });
    const over = await later(then, 11);
    expect((await deliveriesOf(over, hook.id)).map(({ status, last_error: error }) => [status, error])).toEqual([
      ['waiting', null],
      ['failed', expect.stringContaining('30 days')],
    ]);
    receiver.answer(answers.taken);
    await over.call(`PATCH ${at}/${hook.id}`, { body: { enabled: true } });
    await untilDeliveries(over, hook.id, { status: 'delivered', count: 1 });
  });

  it('are signed with a secret that is destroyed when it retires', async () => {
    covers('webhooks/rotation');
    const { receiver, plugboard, later } = await scene();
    const hook = await makeWebhook(plugboard, receiver.url);
    await plugboard.call(`POST ${at}/${hook.id}/rotate-secret`, { body: {} });
    const boxes = ({ app }: Plugboard) => app.storage.rows.selectFrom('webhook_secrets').select('id').execute();
    expect(await boxes(plugboard)).toHaveLength(2);
    expect(await boxes(await later(plugboard, 1.1))).toHaveLength(1);
  });
});
