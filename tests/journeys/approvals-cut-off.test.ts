import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { startWaitingGitlab, type WaitingGitlab } from '../emulators/waiting-gitlab.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { settingsFor, sixMinutesLater } from '../support/cut-off.ts';
import { type DatabaseConfig, describeOnDatabases } from '../support/databases.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const afterPause = (ms: number) => () => setTimeout(ms);

/** When the process is killed: at some moments nothing was begun, at others nobody can know, at none it is done twice. */
const moments: readonly (readonly [string, (gitlab: WaitingGitlab) => Promise<unknown>])[] = [
  ['at once', async () => undefined],
  ['after 5 ms', afterPause(5)],
  ['after 12 ms', afterPause(12)],
  ['when it has been sent', (gitlab) => gitlab.arrived()],
];

describeOnDatabases('an approval whose process is killed', ({ engine, migrated }) => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  async function start(database: DatabaseConfig): Promise<ServerProcess> {
    const plugboard = await startServerProcess(settingsFor(database));
    open.push(plugboard);
    return plugboard;
  }

  /** Plugboard with a provider that never answers, and calls of an agent that wait for a person. */
  async function scene() {
    const database = await migrated();
    const plugboard = await start(database);
    const gitlab = await startWaitingGitlab();
    open.push(gitlab);
    const connection = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token: 'glpat-0123456789' }]);
    const agent = String((await plugboard.call('POST /api/v1/api-keys', { body: { name: 'Agent' } })).body['key']);
    const ask = async ({ call }: ServerProcess, title: string): Promise<string> => {
      const path = `POST /api/v1/connections/${connection}/tools/create_issue/call`;
      const asked = await call(path, { key: agent, body: { arguments: { project: 'acme/api', title } } });
      return String(asked.body['approval_id']);
    };
    return { database, plugboard, gitlab, ask };
  }

  const restarted = async (database: DatabaseConfig) => {
    if (engine === 'postgres') await sixMinutesLater(database);
    return start(database);
  };
  const see = async ({ call }: ServerProcess, id: string) => (await call(`GET /api/v1/approvals/${id}`)).body;
  const approve = ({ call }: ServerProcess, id: string) => call(`POST /api/v1/approvals/${id}/approve`);
  const writes = ({ waiting }: WaitingGitlab, title: string) =>
    waiting.filter(({ body }) => body.includes(title)).length;

  it.each(moments)(
    '%s after the decision either still waits or is an unknown outcome, sent at most once',
    { timeout: 60_000 },
    async (...[, when]) => {
      covers('everywhere/15-unknown', 'approvals/unknown');
      const { database, plugboard, gitlab, ask } = await scene();
      const id = await ask(plugboard, 'Round');
      const approving = approve(plugboard, id).catch(() => 'cut off');
      await when(gitlab);
      await plugboard.kill();
      await approving;
      const sent = writes(gitlab, 'Round');
      const again = await restarted(database);
      const { status } = await see(again, id);
      expect(['pending', 'outcome_unknown']).toContain(status);
      if (sent > 0) expect(status).toBe('outcome_unknown');
      expect(writes(gitlab, 'Round')).toBe(sent);
      expect((await again.call('GET /api/v1/approvals?status=executing')).body).toMatchObject({ data: [] });
    },
  );

  it('says when it began and where it went, and is marked as seen by a person, once, which runs nothing', async () => {
    covers('approvals/unknown');
    const { database, plugboard, gitlab, ask } = await scene();
    const id = await ask(plugboard, 'Lost');
    const early = await plugboard.call(`POST /api/v1/approvals/${id}/acknowledge`);
    expect(early).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT', status: 'pending' } } });
    const approving = approve(plugboard, id).catch(() => 'cut off');
    await gitlab.arrived();
    await plugboard.kill();
    await approving;

    const again = await restarted(database);
    const { outcome, decided_at: decidedAt, target } = await see(again, id);
    expect(outcome).toMatchObject({ status: 'outcome_unknown', message: expect.stringContaining(String(decidedAt)) });
    expect(outcome).toMatchObject({ message: expect.stringContaining(String(target)) });
    const agent = String((await again.call('POST /api/v1/api-keys', { body: { name: 'Other' } })).body['key']);
    const mark = (key?: string) =>
      again.call(`POST /api/v1/approvals/${id}/acknowledge`, {
        body: { note: 'It is there.' },
        ...(key === undefined ? {} : { key }),
      });
    expect((await mark(agent)).status).toBe(403);
    const marks = await Promise.all([mark(), mark()]);
    expect(marks.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await see(again, id)).toMatchObject({
      status: 'outcome_unknown',
      acknowledged_at: expect.any(String),
      acknowledged_by: expect.stringMatching(/^key:/),
      acknowledgement_note: 'It is there.',
    });
    expect(writes(gitlab, 'Lost')).toBe(1);
    const { data } = (await again.call(`GET /api/v1/events?subject=approval:${id}`)).body;
    const types = Array.isArray(data) ? data.map(({ type }) => String(type)) : [];
    expect(types.toReversed()).toEqual([
      'approval.requested',
      'approval.approved',
      'approval.settled',
      'approval.acknowledged',
    ]);
  });

  it.skipIf(engine === 'sqlite')(
    'is answered to who waits on another replica, whatever was decided where',
    async () => {
      covers('approvals/replicas');
      const database = await migrated();
      const [here, there] = await Promise.all([start(database), start(database)]);
      const gitlab = await startWaitingGitlab();
      open.push(gitlab);
      const connection = await connect(here, ['gitlab', { base_url: gitlab.url, token: 'glpat-0123456789' }]);
      const agent = String((await here.call('POST /api/v1/api-keys', { body: { name: 'Agent' } })).body['key']);
      const answer = here.call(`POST /api/v1/connections/${connection}/tools/create_issue/call`, {
        key: agent,
        headers: { prefer: 'wait=45' },
        body: { arguments: { project: 'acme/api', title: 'Across' } },
      });
      let id = '';
      while (id === '') {
        const { data } = (await there.call('GET /api/v1/approvals?status=pending')).body;
        if (Array.isArray(data) && data[0]) id = String(data[0].id);
        else await setTimeout(20);
      }
      expect((await there.call(`POST /api/v1/approvals/${id}/decline`, { body: { note: 'No.' } })).status).toBe(200);
      const decidedAt = performance.now();
      expect((await answer).body).toMatchObject({ status: 'rejected', reason: 'declined', message: 'No.' });
      process.stdout.write(`decided there, answered here after ${Math.round(performance.now() - decidedAt)} ms\n`);
    },
  );
});
