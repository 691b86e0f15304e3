import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { startGate } from '../emulators/gate.ts';
import { startWaitingGitlab } from '../emulators/waiting-gitlab.ts';
import { catalogFolder } from '../support/catalog-folder.ts';
import { connect } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { gated } from '../support/gated.ts';
import { type ServerProcess, settingsFor, startServerProcess } from '../support/server-process.ts';

async function isListening({ publicUrl }: ServerProcess): Promise<boolean> {
  return fetch(new URL('/healthz', publicUrl)).then(
    () => true,
    () => false,
  );
}

describeOnDatabases('a process that is asked to end', ({ migrated }) => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.stop()));
  });

  async function start(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const plugboard = await startServerProcess(settings);
    open.push(plugboard);
    return plugboard;
  }

  it(
    'aborts an approved call when it runs out of time, whose outcome is unknown for good',
    { timeout: 60_000 },
    async () => {
      covers('limits/drain');
      const settings = settingsFor(await migrated());
      const plugboard = await start(settings);
      const gitlab = await startWaitingGitlab();
      open.push(gitlab);
      const connection = await connect(plugboard, ['gitlab', { base_url: gitlab.url, token: 'glpat-0123456789' }]);
      const minted = await plugboard.call('POST /api/v1/api-keys', { body: { name: 'Agent' } });
      const asked = await plugboard.call(`POST /api/v1/connections/${connection}/tools/create_issue/call`, {
        key: String(minted.body['key']),
        body: { arguments: { project: 'acme/api', title: 'Sent once' } },
      });
      const approval = String(asked.body['approval_id']);
      const approving = plugboard.call(`POST /api/v1/approvals/${approval}/approve`).catch(() => undefined);
      await gitlab.arrived();
      await plugboard.stop();
      await approving;
      expect(gitlab.waiting).toMatchObject([{ method: 'POST', left: true }]);

      const again = await start(settings);
      expect((await again.call(`GET /api/v1/approvals/${approval}`)).body).toMatchObject({ status: 'outcome_unknown' });
      const calls = (await again.call('GET /api/v1/calls?tool=create_issue')).body['data'];
      expect(JSON.stringify(calls)).toContain('"outcome_unknown"');
      expect(gitlab.waiting).toHaveLength(1);
    },
  );

  it('lets an approved call finish, also when who approved it has left', { timeout: 60_000 }, async () => {
    covers('limits/drain-waits');
    const catalog = catalogFolder({ gated: gated('gated') });
    const settings = { ...settingsFor(await migrated()), PLUGBOARD_CATALOG_DIRS: catalog };
    const plugboard = await start(settings);
    const gate = await startGate();
    open.push(gate);
    const connection = await connect(plugboard, ['gated', { base_url: gate.url, token: 'a-token-0123456' }]);
    const minted = await plugboard.call('POST /api/v1/api-keys', { body: { name: 'Agent' } });
    const asked = await plugboard.call(`POST /api/v1/connections/${connection}/tools/make_thing/call`, {
      key: String(minted.body['key']),
      body: { arguments: { name: 'Made once' } },
    });
    const approval = String(asked.body['approval_id']);
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${plugboard.adminKey}` };
    const address = new URL(`/api/v1/approvals/${approval}/approve`, plugboard.publicUrl);
    const approving = fetch(address, { method: 'POST', headers, signal: leaving.signal }).catch(() => 'left');
    await gate.arrived(1);
    leaving.abort();
    expect(await approving).toBe('left');
    const stopped = plugboard.stop();
    while (await isListening(plugboard)) await setTimeout(20);
    gate.let();
    await stopped;
    expect(gate.requests).toMatchObject([{ method: 'POST', answered: true }]);
    const again = await start(settings);
    expect((await again.call(`GET /api/v1/approvals/${approval}`)).body).toMatchObject({ status: 'done' });
  });
});
