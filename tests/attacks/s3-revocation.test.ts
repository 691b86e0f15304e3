import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type KeyRequest, type Plugboard, startPlugboard } from '../support/plugboard.ts';

const revoking = 'POST /api/v1/connections/revoke';

describeOnDatabases('S3: revoking what a filter means', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let id: string;
  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    id = await connectGitlab(plugboard, gitlab.url, { label: 'Staying' });
    return () => gitlab.stop();
  });

  const stays = async () => expect((await plugboard.call(`GET /api/v1/connections/${id}`)).status).toBe(200);

  it.each<[string, KeyRequest]>([
    ['an agent', { kind: 'agent', role: 'ADMIN', scopes: ['connections:read', 'connections:write'] }],
    ['an app', { kind: 'app', role: 'ADMIN', scopes: ['connections:write'] }],
    [
      'a person, without the scope admin',
      { kind: 'person', role: 'OWNER', scopes: ['connections:write', 'calls:read'] },
    ],
    ['a person below ADMIN', { kind: 'person', role: 'MANAGER', scopes: ['connections:write', 'admin'] }],
  ])('is not for a key of %s, not even to look', async (_who, wish) => {
    covers('revocation/authority');
    const key = await plugboard.mint(wish);
    for (const more of [{}, { confirm: true }])
      expect((await plugboard.call(revoking, { key, body: { filter: { all: true }, ...more } })).status).toBe(403);
    await stays();
  });

  it('is not for a member who is signed in', async () => {
    covers('revocation/authority');
    const { token: key } = await addPerson(plugboard, 'MEMBER');
    expect((await plugboard.call(revoking, { key, body: { filter: { all: true }, confirm: true } })).status).toBe(403);
    await stays();
  });

  it('is for an ADMIN who is signed in, and for a key of theirs with the scope admin', async () => {
    covers('revocation/authority');
    const { token } = await addPerson(plugboard, 'ADMIN');
    const key = await plugboard.mint({ kind: 'person', role: 'ADMIN', scopes: ['admin'] });
    for (const who of [token, key]) {
      const gone = await connectGitlab(plugboard, gitlab.url, { label: `Going ${who.slice(-6)}` });
      const body = { filter: { ids: [gone] }, confirm: true };
      expect((await plugboard.call(revoking, { key: who, body })).status).toBe(202);
      expect((await plugboard.call(`GET /api/v1/connections/${gone}`)).status).toBe(404);
    }
    await stays();
  });

  it('tells what connections were used for to nobody who may not see calls', async () => {
    covers('revocation/authority');
    const gone = await connectGitlab(plugboard, gitlab.url, { label: 'Used' });
    const { body } = await plugboard.call(revoking, { body: { filter: { ids: [gone] }, confirm: true } });
    const report = `GET /api/v1/connections/revocations/${String(body['id'])}/usage`;
    const { token } = await addPerson(plugboard, 'MANAGER');
    const reader = await plugboard.mint({ kind: 'person', role: 'ADMIN', scopes: ['connections:read'] });
    for (const key of [token, reader]) expect((await plugboard.call(report, { key })).status).toBe(403);
  });
});
