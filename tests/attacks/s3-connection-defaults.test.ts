import { beforeAll, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { type Addressing, addressingOf } from '../support/addressing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S3: the account that calls go to by themselves', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let to: Addressing;
  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    to = addressingOf(plugboard, gitlab.url);
    return () => gitlab.stop();
  });

  it('is not set by a program, for itself or for its person', async () => {
    covers('addressing/defaults-by-people');
    const production = await to.personal('Production');
    const scopes = ['connections:write', 'keys:write', 'tools:call'] as const;
    const program = await plugboard.mint({ kind: 'person', role: 'OWNER', scopes });
    expect((await to.setDefault(production.id, program)).status).toBe(403);
    expect((await to.setKeyDefault(await to.keyId(program), production.id, program)).status).toBe(403);
    expect((await plugboard.call('GET /api/v1/me/connection-defaults')).body).toEqual({ connection_defaults: {} });
  });

  it('is among what its holder may use: an ADMIN gives a key of another neither their own account nor that person’s', async () => {
    covers('addressing/defaults-by-people');
    const [admin, member] = [await addPerson(plugboard, 'ADMIN'), await addPerson(plugboard, 'MEMBER')];
    const mine = await to.personal('Of the admin', admin.token);
    const theirs = await to.personal('Of the member', member.token);
    const minted = await plugboard.call('POST /api/v1/api-keys', { key: member.token, body: { name: 'Agent' } });
    const key = await to.keyId(String(minted.body['key']));
    expect((await to.setKeyDefault(key, mine.id, admin.token)).status).toBe(400);
    expect((await to.setKeyDefault(key, theirs.id, admin.token)).status).toBe(400);
    expect((await to.setKeyDefault(key, theirs.id, member.token)).status).toBe(200);
    const shared = await to.shared();
    expect((await to.setKeyDefault(key, shared.id, admin.token)).status).toBe(200);
    const other = await addPerson(plugboard, 'MANAGER');
    expect((await to.setKeyDefault(key, shared.id, other.token)).status).toBe(404);
    expect((await to.setDefault(theirs.id, other.token)).status).toBe(400);
  });

  it('is of its own connector', async () => {
    covers('addressing/defaults-by-people');
    const { id } = await to.personal('Another');
    const body = { connector: 'github', connection_id: id };
    expect((await plugboard.call('PUT /api/v1/me/connection-defaults', { body })).status).toBe(400);
    const made = { name: 'Agent', connection_defaults: { github: id } };
    const before = await plugboard.call('GET /api/v1/api-keys?limit=100');
    expect((await plugboard.call('POST /api/v1/api-keys', { body: made })).status).toBe(400);
    expect((await plugboard.call('GET /api/v1/api-keys?limit=100')).body).toEqual(before.body);
  });
});
