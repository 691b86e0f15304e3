import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const path = '/api/v1/workspaces/default/policy';
const strict = { writes: 'ask', destructive: 'always_ask', reads: 'ask', approval_ttl: 300, second_person: true };

describeOnDatabases('S3: the policy of a workspace', ({ migrated }) => {
  let plugboard: Plugboard;
  let program: string;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    program = await plugboard.mint({ kind: 'person', role: 'OWNER', scopes: ['workspaces:write', 'tools:call'] });
  });
  const change = (body: object, key: string) => plugboard.call(`PATCH ${path}`, { key, body });
  const policy = async () => (await plugboard.call(`GET ${path}`)).body;

  it('is tightened by a key that calls tools, and never loosened by it', async () => {
    covers('approvals/policy-loosening');
    expect((await change(strict, program)).body).toMatchObject(strict);
    const held = await policy();
    const loosenings = [
      { writes: 'allow_unasked' },
      { destructive: 'as_writes' },
      { reads: 'run' },
      { approval_ttl: 301 },
      { second_person: false },
      { writes: 'allow_unasked', reads: 'ask' },
    ];
    for (const body of loosenings) expect((await change(body, program)).status).toBe(403);
    expect(await policy()).toEqual(held);
  });

  it('is loosened by an ADMIN in person, and by nobody below', async () => {
    covers('approvals/policy-loosening');
    const manager = await addPerson(plugboard, 'MANAGER');
    expect((await change({ reads: 'run' }, manager.token)).status).toBe(403);
    expect((await change({ writes: 'ask' }, manager.token)).status).toBe(403);
    const admin = await addPerson(plugboard, 'ADMIN');
    expect((await change({ reads: 'run' }, admin.token)).body).toMatchObject({ ...strict, reads: 'run' });
  });

  it('is not loosened together with a change of name, by a key that may change both', async () => {
    covers('approvals/policy-loosening');
    const before = await policy();
    const workspace = await plugboard.call('PATCH /api/v1/workspaces/default', {
      key: program,
      body: { name: 'New', policy: { writes: 'allow_unasked' } },
    });
    expect(workspace.status).toBe(400);
    expect(await policy()).toEqual(before);
  });
});
