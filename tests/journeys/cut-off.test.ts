import { afterEach, expect, it } from 'vitest';
import { startWaitingGitlab, type WaitingGitlab } from '../emulators/waiting-gitlab.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { settingsFor, sixMinutesLater } from '../support/cut-off.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const issue = { project: 'acme/api', title: 'Sent once' };

describeOnDatabases('a process that ends while a write is on its way', ({ engine, migrated }) => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  async function start(database: DatabaseConfig): Promise<ServerProcess> {
    const plugboard = await startServerProcess(settingsFor(database));
    open.push(plugboard);
    return plugboard;
  }

  /** Plugboard connected to a provider that never answers, and an agent's key with these scopes besides its own. */
  async function scene(scopes?: readonly string[]) {
    const database = await migrated();
    const plugboard = await start(database);
    const gitlab = await startWaitingGitlab();
    open.push(gitlab);
    const connection = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token: 'glpat-0123456789' }]);
    const minted = await plugboard.call('POST /api/v1/api-keys', { body: { name: 'Agent', scopes } });
    return { database, plugboard, gitlab, connection, agent: String(minted.body['key']) };
  }

  const callWith = (plugboard: ServerProcess, connection: string, key: string) => (tool: string, args: object) =>
    plugboard.call(`POST /api/v1/connections/${connection}/tools/${tool}/call`, { key, body: { arguments: args } });
  const writes = ({ waiting }: WaitingGitlab) => waiting.filter(({ method }) => method === 'POST');
  const statusOf = async ({ call }: ServerProcess, approval: string) =>
    (await call(`GET /api/v1/approvals/${approval}`)).body['status'];
  const callsOf = async ({ call }: ServerProcess) => {
    const { data } = (await call('GET /api/v1/calls?tool=create_issue')).body;
    return Array.isArray(data) ? data.map(({ status }) => String(status)) : [];
  };

  it('leaves an approved write outcome_unknown, sent once and never again by itself', async () => {
    covers('everywhere/15-unknown');
    const { database, plugboard, gitlab, connection, agent } = await scene();
    const asked = await callWith(plugboard, connection, agent)('create_issue', issue);
    const approval = String(asked.body['approval_id']);
    const approving = plugboard.call(`POST /api/v1/approvals/${approval}/approve`).catch(() => 'cut off');
    await gitlab.arrived();
    await plugboard.kill();
    expect(await approving).toBe('cut off');

    if (engine === 'postgres') await sixMinutesLater(database);
    const again = await start(database);
    expect(await statusOf(again, approval)).toBe('outcome_unknown');
    expect(await callsOf(again)).toContain('outcome_unknown');
    expect(writes(gitlab)).toHaveLength(1);

    const call = callWith(again, connection, agent);
    expect((await call('create_issue', issue)).body).toMatchObject({
      status: 'outcome_unknown',
      message: expect.stringContaining('not repeated'),
    });
    expect((await again.call(`POST /api/v1/approvals/${approval}/approve`)).status).toBe(409);
    const anew = await call('create_issue', issue);
    expect(anew.status).toBe(202);
    expect(anew.body['approval_id']).not.toBe(approval);
    expect(writes(gitlab)).toHaveLength(1);
  });

  it('leaves a write that nobody had to approve outcome_unknown, sent once', async () => {
    covers('everywhere/15-unknown');
    const { database, plugboard, gitlab, connection, agent } = await scene(['tools:call', 'tools:write_unasked']);
    const calling = callWith(plugboard, connection, agent)('create_issue', issue).catch(() => 'cut off');
    await gitlab.arrived();
    await plugboard.kill();
    expect(await calling).toBe('cut off');
    if (engine === 'postgres') await sixMinutesLater(database);
    expect(await callsOf(await start(database))).toEqual(['outcome_unknown']);
    expect(writes(gitlab)).toHaveLength(1);
  });

  it.skipIf(engine === 'sqlite')('is left alone by other replicas for as long as it may still be at it', async () => {
    const { database, plugboard, gitlab, connection, agent } = await scene();
    const call = callWith(plugboard, connection, agent);
    const approval = String((await call('create_issue', issue)).body['approval_id']);
    const approving = plugboard.call(`POST /api/v1/approvals/${approval}/approve`).catch(() => 'cut off');
    await gitlab.arrived();
    const replica = await start(database);
    expect(await statusOf(replica, approval)).toBe('executing');
    expect((await callWith(replica, connection, agent)('create_issue', issue)).body).toMatchObject({
      status: 'needs_approval',
      approval_id: approval,
    });
    expect(writes(gitlab)).toHaveLength(1);
    await plugboard.kill();
    await approving;
  });

  it.skipIf(engine === 'postgres')('R14: tells who waits, when it is asked to end and runs out of time', async () => {
    const { plugboard, gitlab, connection, agent } = await scene(['tools:call', 'tools:write_unasked']);
    const call = callWith(plugboard, connection, agent);
    const writing = call('create_issue', issue);
    const reading = call('get_issue', { project: 'acme/api', issue_iid: 1 });
    await gitlab.arrived(2);
    await plugboard.stop();
    expect((await writing).body).toMatchObject({ status: 'outcome_unknown' });
    expect((await reading).body).toMatchObject({ status: 'unavailable' });
    expect(gitlab.waiting.map(({ left }) => left)).toEqual([true, true]);
  });
});
