import { afterEach, beforeAll, expect, it } from 'vitest';
import { cascadeHealth } from '../../server/src/connections/health/cascade/cascade-health.ts';
import { createOutbox, type Outbox } from '../../server/src/events/outbox/create-outbox.ts';
import { on } from '../../server/src/events/outbox/listener.ts';
import { isRecord } from '../../server/src/lib/json.ts';
import { type BindingTable, makeBindingTable } from '../support/bindings.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startTellingGitlab, type TellingGitlab } from '../support/health.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('what depends on connections', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: TellingGitlab;
  let bindings: BindingTable;
  const running: Outbox[] = [];

  beforeAll(async () => {
    gitlab = await startTellingGitlab();
    plugboard = await startPlugboard(await migrated());
    bindings = await makeBindingTable(plugboard.app.storage);
    return () => gitlab.stop();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((outbox) => outbox.stop()));
    const { body } = await plugboard.call('GET /api/v1/connections');
    const left = Array.isArray(body['items']) ? body['items'].filter(isRecord) : [];
    for (const { id } of left) await plugboard.call(`DELETE /api/v1/connections/${String(id)}`);
    await loose(plugboard.app.storage.writer).deleteFrom('bound').execute();
  });

  const listen = async (): Promise<void> => {
    const outbox = createOutbox({ ...plugboard.app, listeners: [cascadeHealth(plugboard.app, bindings)], everyMs: 50 });
    running.push(outbox);
    outbox.start();
    const known = loose(plugboard.app.storage.rows).selectFrom('outbox_cursors').select('listener');
    await expect.poll(() => known.where('listener', '=', 'health-cascade').execute()).toHaveLength(1);
  };
  const submit = (id: string, token: string) =>
    plugboard.call(`POST /api/v1/connections/${id}/credentials`, { body: { base_url: gitlab.url, token } });
  let count = 0;
  const connected = async () => {
    const token = `glpat-of-a-desk-${(count += 1)}`;
    gitlab.tokens.set(token, 'ann');
    const id = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token }], { label: `Desk ${count}` });
    return { id, token };
  };
  const fail = async ({ id, token }: { readonly id: string; readonly token: string }): Promise<void> => {
    gitlab.tokens.delete(token);
    const tested = await plugboard.call(`GET /api/v1/connections/${id}`);
    expect(tested.status).toBe(200);
    await plugboard.call(`POST /api/v1/connections/${id}/tools/get_issue/call`, {
      body: { arguments: { project: 'acme/api', issue_iid: 1 } },
    });
    await expect
      .poll(async () => (await plugboard.call(`GET /api/v1/connections/${id}`)).body['status'])
      .toBe('auth_failed');
  };
  const bind = (id: string, wish: Partial<Parameters<BindingTable['bind']>[0]> = {}) =>
    bindings.bind({ id, workspaceId: plugboard.workspaceId, connectors: ['gitlab'], ...wish });
  const isActive = async (id: string) => (await bindings.state(id)).isActive;
  const settles = (id: string, active: boolean) => expect.poll(() => isActive(id), { timeout: 5_000 }).toBe(active);
  /** Once the outbox has told of everything that happened. */
  const told = async (): Promise<void> => {
    const { storage } = plugboard.app;
    const left = async () => {
      const cursor = await loose(storage.rows)
        .selectFrom('outbox_cursors')
        .select('place')
        .where('listener', '=', 'health-cascade')
        .executeTakeFirst();
      const rows = loose(storage.rows).selectFrom('events').select('id').where('type', 'like', 'connection.%');
      return rows
        .where((where) => where.or([where('place', '>', Number(cursor?.['place'])), where('place', 'is', null)]))
        .execute();
    };
    await expect.poll(left, { timeout: 5_000 }).toEqual([]);
  };

  it('is switched off with the reason when the last connection fails, and on again when it is reconnected', async () => {
    const desk = await connected();
    await listen();
    await bind('agent');
    await fail(desk);
    await settles('agent', false);
    expect(await bindings.state('agent')).toMatchObject({
      reason: expect.stringMatching(/"Desk \d+" does not work \(auth_failed\).*401/),
      since: expect.any(String),
    });
    gitlab.tokens.set('glpat-of-the-same-desk', 'ann');
    expect((await submit(desk.id, 'glpat-of-the-same-desk')).status).toBe(200);
    await settles('agent', true);
  });

  it('goes on while another connection of the connector works, and not after that one is deleted', async () => {
    const [first, second] = [await connected(), await connected()];
    await listen();
    await bind('agent');
    await fail(first);
    await told();
    expect(await isActive('agent')).toBe(true);
    await plugboard.call(`DELETE /api/v1/connections/${second.id}`);
    await settles('agent', false);
  });

  it('goes on with less where it says so, and is left off where a person switched it off', async () => {
    const desk = await connected();
    await listen();
    await bind('degrading', { onConnectorFailure: 'degrade' });
    await bind('resting');
    await bind('working');
    await bindings.switchOff('resting');
    await fail(desk);
    await settles('working', false);
    expect(await isActive('degrading')).toBe(true);
    gitlab.tokens.set(desk.token, 'ann');
    expect((await submit(desk.id, desk.token)).status).toBe(200);
    await settles('working', true);
    expect(await isActive('resting')).toBe(false);
  });

  it('of another workspace or another connector is left alone', async () => {
    const desk = await connected();
    await listen();
    await bind('elsewhere', { workspaceId: 'elsewhere' });
    await bind('other', { connectors: ['zendesk'] });
    await bind('agent');
    await fail(desk);
    await settles('agent', false);
    expect([await isActive('elsewhere'), await isActive('other')]).toEqual([true, true]);
  });

  it('is told of what happened while nobody listened, and however often it is told it comes to the same', async () => {
    const desk = await connected();
    await listen();
    await told();
    await Promise.all(running.splice(0).map((outbox) => outbox.stop()));
    await bind('agent');
    await fail(desk);
    await listen();
    await settles('agent', false);
    const before = await bindings.state('agent');
    await Promise.all(running.splice(0).map((outbox) => outbox.stop()));
    await loose(plugboard.app.storage.writer).updateTable('outbox_cursors').set({ place: 0 }).execute();
    await listen();
    await told();
    expect(await bindings.state('agent')).toEqual(before);
  });

  it('is not what keeps a call from going out: a connection that has failed refuses at once', async () => {
    const desk = await connected();
    await fail(desk);
    const call = await plugboard.call(`POST /api/v1/connections/${desk.id}/tools/get_issue/call`, {
      body: { arguments: { project: 'acme/api', issue_iid: 1 } },
    });
    expect(call.body).toMatchObject({ status: 'rejected' });
  });

  it('sets aside what it is told in vain, shows that to admins, and is told again when one asks', async () => {
    covers('health/set-aside', 'health/outbox');
    const heard: string[] = [];
    let isPoison = true;
    const { storage, clock, log } = plugboard.app;
    const work = async ({ subject }: { readonly subject: string }): Promise<void> => {
      if (isPoison) throw new Error('Not with me.');
      heard.push(subject);
    };
    const listeners = [{ name: 'picky', reactions: [on('connection.started', work)] }];
    const outbox = createOutbox({ storage, clock, log, listeners, everyMs: 20, maxAttempts: 1 });
    running.push(outbox);
    outbox.start();
    const known = loose(storage.rows).selectFrom('outbox_cursors').select('listener').where('listener', '=', 'picky');
    await expect.poll(() => known.execute()).toHaveLength(1);
    const { id } = await connected();
    const list = async () => (await plugboard.call('GET /api/v1/events/set-aside')).body['data'];
    await expect
      .poll(list, { timeout: 10_000 })
      .toMatchObject([
        { listener: 'picky', type: 'connection.started', subject: `connection:${id}`, problem: 'Error' },
      ]);
    const found = await list();
    const aside = Array.isArray(found) && isRecord(found[0]) ? String(found[0]['id']) : '';
    const retry = (key?: string) =>
      plugboard.call(`POST /api/v1/events/set-aside/${aside}/retry`, key === undefined ? {} : { key });
    expect((await retry(await plugboard.mint({ scopes: ['events:read'] }))).status).toBe(403);
    isPoison = false;
    expect((await retry()).status).toBe(202);
    await expect.poll(() => heard, { timeout: 5_000 }).toEqual([`connection:${id}`]);
    expect((await retry()).status).toBe(404);
    expect(await list()).toEqual([]);
    const events = await plugboard.call('GET /api/v1/events?type=event.retried');
    expect(events.text).toContain('picky');
  });
});
