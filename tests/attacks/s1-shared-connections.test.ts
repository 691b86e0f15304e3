import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { gitlabTokens } from '../emulators/gitlab/ledger.ts';
import { installGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S1', ({ migrated }) => {
  let plugboard: Plugboard;
  let honest: GitlabEmulator;
  let evil: GitlabEmulator;

  beforeAll(async () => {
    [honest, evil] = await Promise.all([startGitlab(), startGitlab()]);
    plugboard = await startPlugboard(await migrated());
    return () => Promise.all([honest.stop(), evil.stop()]);
  });

  it('whoever may only use a shared connection cannot put an address and a token of their own in its place', async () => {
    covers('004/shared');
    const id = await installGitlab(plugboard, honest.url);
    const { token: key } = await addPerson(plugboard, 'MEMBER');
    const mine = { base_url: evil.url, token: gitlabTokens.valid };
    const path = `/api/v1/connections/${id}`;
    for (const body of [mine, { fields: mine }])
      expect(await plugboard.call(`POST ${path}/credentials`, { key, body })).toMatchObject({ status: 403 });
    const read = { arguments: { project: 'acme/api', issue_iid: 1 } };
    expect((await plugboard.call(`POST ${path}/tools/get_issue/call`, { body: read })).body).toMatchObject({
      status: 'ok',
    });
    expect(evil.ledger).toEqual([]);
  });
});
