import { afterEach, beforeAll, expect, it } from 'vitest';
import { approveCall } from '../../server/src/tools/approving/decide-approval.ts';
import { decideMany } from '../../server/src/tools/approving/decide-many.ts';
import { startWaitingGitlab } from '../emulators/waiting-gitlab.ts';
import { type Asking, startAsking } from '../support/asking.ts';
import { connect, connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { settingsFor } from '../support/cut-off.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { contextOf } from '../support/instance.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

describeOnDatabases('R14: a process that leaves', ({ migrated }) => {
  let scene: Asking;
  let connection: string;
  let key: string;
  beforeAll(async () => {
    scene = await startAsking(await migrated());
    connection = await connectGitlab(scene.plugboard, scene.gitlab.url);
    key = await scene.plugboard.mint();
    return () => scene.gitlab.stop();
  });

  /** Whoever decides, on a process whose time is over. */
  const late = async () => ({
    ...(await contextOf(scene.plugboard, scene.plugboard.adminKey)),
    deadline: AbortSignal.abort(),
  });

  it('has not begun what was approved too late: it waits again, is shown so, and is run once when it is approved again', async () => {
    covers('approvals/drain');
    const issue = scene.newIssue();
    const id = await scene.ask(issue, { connection, key });
    expect(await approveCall(await late(), { id, note: 'Go.' })).toMatchObject({
      approval: { status: 'pending', decidedBy: null, decidedAt: null, decisionNote: null },
    });
    expect(scene.sent(issue.title)).toBe(0);
    const { data } = (await scene.plugboard.call(`GET /api/v1/events?subject=approval:${id}`)).body;
    expect(data).toMatchObject([
      { type: 'approval.returned' },
      { type: 'approval.approved' },
      { type: 'approval.requested' },
    ]);
    expect((await scene.call(issue, { connection, key })).body).toMatchObject({ approval_id: id });
    expect((await scene.decide(id, 'approve', scene.plugboard.adminKey)).body).toMatchObject({ status: 'done' });
    expect(scene.sent(issue.title)).toBe(1);
  });

  it('leaves the rest of a batch as it is when the one who decides leaves', async () => {
    covers('approvals/batch');
    const ids = [
      await scene.ask(scene.newIssue(), { connection, key }),
      await scene.ask(scene.newIssue(), { connection, key }),
    ];
    const leaving = new AbortController();
    const ctx = await contextOf(scene.plugboard, scene.plugboard.adminKey);
    const [first = '', second = ''] = ids;
    leaving.abort();
    const decided = await decideMany({ ...ctx, signal: leaving.signal }, [
      { id: first, decision: 'approve' },
      { id: second, decision: 'decline' },
    ]);
    expect(decided).toMatchObject([{ failure: { code: 'CONFLICT' } }, { failure: { code: 'CONFLICT' } }]);
    for (const id of ids) {
      const seen = await scene.plugboard.call(`GET /api/v1/approvals/${id}`);
      expect(seen.body).toMatchObject({ status: 'pending' });
    }
  });
});

describeOnDatabases(
  'R14: a process that is asked to end while an approved call is on its way',
  ({ engine, migrated }) => {
    const open: { stop(): Promise<void> }[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.stop()));
    });
    async function start(settings: Record<string, string>): Promise<ServerProcess> {
      const plugboard = await startServerProcess(settings);
      open.push(plugboard);
      return plugboard;
    }

    it.skipIf(engine === 'postgres')(
      'tells who approved that nobody knows what became of it, and has it on record',
      { timeout: 60_000 },
      async () => {
        covers('approvals/drain', 'approvals/unknown');
        const settings = settingsFor(await migrated());
        const plugboard = await start(settings);
        const gitlab = await startWaitingGitlab();
        open.push(gitlab);
        const connection = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token: 'glpat-0123456789' }]);
        const key = String((await plugboard.call('POST /api/v1/api-keys', { body: { name: 'Agent' } })).body['key']);
        const asked = await plugboard.call(`POST /api/v1/connections/${connection}/tools/create_issue/call`, {
          key,
          body: { arguments: { project: 'acme/api', title: 'Slow' } },
        });
        const id = String(asked.body['approval_id']);
        const approving = plugboard.call(`POST /api/v1/approvals/${id}/approve`);
        await gitlab.arrived();
        await plugboard.stop();
        expect((await approving).body).toMatchObject({ status: 'outcome_unknown' });
        const again = await start(settings);
        const { body } = await again.call(`GET /api/v1/approvals/${id}`);
        expect(body).toMatchObject({ status: 'outcome_unknown', outcome: { status: 'outcome_unknown' } });
        expect(gitlab.waiting).toHaveLength(1);
      },
    );
  },
);
