import { beforeAll, expect, it } from 'vitest';
import { lookRound } from '../../server/src/connections/health/idle/look-at-idle.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { startPeer, startTellingGitlab, type TellingGitlab, toldOf } from '../support/health.ts';
import { heldClock } from '../support/held-clock.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const hourMs = 3_600_000;

describeOnDatabases('connections that nobody uses', ({ migrated }) => {
  let database: DatabaseConfig;
  let plugboard: Plugboard;
  let gitlab: TellingGitlab;
  const clock = heldClock();

  beforeAll(async () => {
    gitlab = await startTellingGitlab();
    database = await migrated();
    plugboard = await startPlugboard(database, { clock });
    return () => gitlab.stop();
  });

  let count = 0;
  const connected = async (): Promise<{ readonly id: string; readonly token: string }> => {
    const token = `glpat-of-somebody-${(count += 1)}`;
    gitlab.tokens.set(token, 'ann');
    const fields = { base_url: gitlab.url, token };
    return { id: await connect(plugboard, ['gitlab', fields], { label: token }), token };
  };
  const record = async (id: string) => (await plugboard.call(`GET /api/v1/connections/${id}`)).body;
  const look = () => lookRound(plugboard.app);
  /** Has every look that is planned come due, and be done. */
  const later = async (hours = 8): Promise<void> => {
    await look();
    clock.forward(hours * hourMs);
    await look();
  };
  const timesAsked = (token: string) => gitlab.asked.filter((each) => each === token).length;
  const remove = (...ids: readonly string[]) =>
    Promise.all(ids.map((id) => plugboard.call(`DELETE /api/v1/connections/${id}`)));

  it('are asked about after some hours: what the provider refuses has failed, the others stay as they are', async () => {
    covers('health/idle', 'health/events');
    const [fine, ended] = [await connected(), await connected()];
    gitlab.tokens.delete(ended.token);
    await look();
    expect([timesAsked(fine.token), timesAsked(ended.token)]).toEqual([1, 1]);
    const before = await record(fine.id);
    await later();
    expect([timesAsked(fine.token), timesAsked(ended.token)]).toEqual([2, 2]);
    expect(await record(fine.id)).toEqual(before);
    expect(await record(ended.id)).toMatchObject({
      status: 'auth_failed',
      statusReason: expect.stringContaining('401'),
      account: 'ann',
    });
    expect(await toldOf(plugboard, ended.id)).toEqual([
      'connection.started',
      'connection.connected',
      'connection.failed',
    ]);
    await remove(fine.id, ended.id);
    expect((await toldOf(plugboard, ended.id)).filter((type) => type === 'connection.revoked')).toHaveLength(1);
  });

  it('recover by themselves where the provider takes the same values again', async () => {
    covers('health/second-looks', 'health/events');
    const { id, token } = await connected();
    gitlab.tokens.delete(token);
    await later();
    await later(2);
    expect(await record(id)).toMatchObject({ status: 'auth_failed' });
    gitlab.tokens.set(token, 'ann');
    await later();
    expect(await record(id)).toMatchObject({ status: 'connected', statusReason: null, account: 'ann' });
    expect((await toldOf(plugboard, id)).slice(-2)).toEqual(['connection.failed', 'connection.recovered']);
    await remove(id);
  });

  it('are left alone once the provider has refused them three times more, until somebody reconnects', async () => {
    covers('health/second-looks');
    const { id, token } = await connected();
    gitlab.tokens.delete(token);
    await later();
    for (let round = 0; round < 6; round += 1) await later(48);
    expect(timesAsked(token)).toBe(1 + 1 + 3);
    expect((await toldOf(plugboard, id)).filter((type) => type === 'connection.failed')).toHaveLength(1);
    gitlab.tokens.set(token, 'ann');
    const fields = { base_url: gitlab.url, token };
    expect((await plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body: { fields } })).status).toBe(200);
    const known = timesAsked(token);
    await later();
    expect(timesAsked(token)).toBe(known + 1);
    await remove(id);
  });

  it('keep status and reason while the provider cannot be asked', async () => {
    covers('health/away', '003/blips');
    const [fine, ended] = [await connected(), await connected()];
    gitlab.tokens.delete(ended.token);
    await later();
    const before = [await record(fine.id), await record(ended.id)];
    for (const status of [429, 500, 503]) {
      gitlab.answer(status);
      await later();
      expect([await record(fine.id), await record(ended.id)]).toEqual(before);
    }
    gitlab.answer();
    await remove(fine.id, ended.id);
  });

  it('are not asked about where a call has just worked, nor where they are off or deleted', async () => {
    covers('health/idle-used');
    const [used, off, deleted] = [await connected(), await connected(), await connected()];
    await plugboard.call(`PATCH /api/v1/connections/${off.id}`, { body: { isActive: false } });
    await look();
    await remove(deleted.id);
    clock.forward(8 * hourMs);
    const called = await plugboard.call(`POST /api/v1/connections/${used.id}/tools/get_issue/call`, {
      body: { arguments: { project: 'acme/api', issue_iid: 1 } },
    });
    expect(called.body).toMatchObject({ status: 'ok' });
    await look();
    expect([used, off, deleted].map(({ token }) => timesAsked(token))).toEqual([1, 1, 1]);
    await plugboard.call(`PATCH /api/v1/connections/${off.id}`, { body: { isActive: true } });
    await later();
    expect([used, off, deleted].map(({ token }) => timesAsked(token))).toEqual([2, 2, 1]);
    await remove(used.id, off.id);
  });

  it('are asked about a few at a time, however many are due, and all in the end', async () => {
    covers('health/idle-budget');
    const many = await Promise.all(Array.from({ length: 20 }, connected));
    await look();
    clock.forward(8 * hourMs);
    const before = gitlab.asked.length;
    await look();
    expect(gitlab.asked.length - before).toBe(8);
    for (let round = 0; round < 10 && gitlab.asked.length - before < 20; round += 1) {
      clock.forward(10 * 60_000);
      await look();
    }
    expect(many.map(({ token }) => timesAsked(token))).toEqual(many.map(() => 2));
    await remove(...many.map(({ id }) => id));
  });

  it('are asked about once by processes that look at the same time', async () => {
    covers('health/idle-once');
    const another = await startPeer(plugboard, database, { clock });
    const some = await Promise.all(Array.from({ length: 6 }, connected));
    const rounds = () => Promise.all([look(), lookRound(another.app), look(), lookRound(another.app)]);
    await rounds();
    clock.forward(8 * hourMs);
    await rounds();
    expect(some.map(({ token }) => timesAsked(token))).toEqual(some.map(() => 2));
    await remove(...some.map(({ id }) => id));
  });
});
