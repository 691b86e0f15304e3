import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { anotherWorkspace } from '../support/another-workspace.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { finished, revoke } from '../support/revoking.ts';

const revoking = 'POST /api/v1/connections/revoke';

describeOnDatabases('S21: a filter that reaches for another workspace', ({ migrated }) => {
  let home: Plugboard;
  let abroad: Pick<Plugboard, 'call'>;
  let gitlab: GitlabEmulator;
  let theirs: string;
  beforeAll(async () => {
    gitlab = await startGitlab();
    home = await startPlugboard(await migrated());
    abroad = await anotherWorkspace(home);
    theirs = await connectGitlab(home, gitlab.url, { label: 'Theirs' });
    return () => gitlab.stop();
  });

  it.each(['its ids', 'everything', 'its connector'])('by %s sees and revokes nothing there', async (by) => {
    covers('revocation/tenants');
    const mine = await connectGitlab(abroad, gitlab.url, { label: by });
    const filters = {
      'its ids': { ids: [theirs, mine] },
      everything: { all: true },
      'its connector': { connector: 'gitlab' },
    };
    const filter = filters[by === 'its ids' || by === 'everything' ? by : 'its connector'];
    const shown = await abroad.call(revoking, { body: { filter } });
    expect(shown.body['count']).toBe(1);
    expect(shown.text).not.toContain(theirs);
    const receipts = await finished(abroad, await revoke(abroad, filter));
    expect([...receipts.keys()]).toEqual([mine]);
    expect((await home.call(`GET /api/v1/connections/${theirs}`)).body).toMatchObject({ status: 'connected' });
  });

  it('leaves no receipt, report or revocation to be read from another one', async () => {
    covers('revocation/tenants');
    const gone = await connectGitlab(home, gitlab.url, { label: 'Gone' });
    const id = await revoke(home, { ids: [gone] });
    for (const rest of ['', '/usage'])
      expect((await abroad.call(`GET /api/v1/connections/revocations/${id}${rest}`)).status).toBe(404);
    expect((await abroad.call('GET /api/v1/connections/revocations')).text).not.toContain(id);
  });
});
