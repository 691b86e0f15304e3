import { beforeAll, expect, it } from 'vitest';
import type { Scope } from '../../server/src/access/caller.ts';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

describeOnDatabases('S3', ({ migrated }) => {
  let plugboard: Plugboard;
  let gitlab: GitlabEmulator;
  let connection: string;
  let count = 0;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startPlugboard(await migrated());
    connection = await connectGitlab(plugboard, gitlab.url);
    // The first admin key has every scope, tools:write_unasked too: only so does its call wait.
    await plugboard.call(`PATCH /api/v1/connections/${connection}/tools/create_issue`, {
      body: { requires_confirmation: true },
    });
    return () => gitlab.stop();
  });

  const ask = async (key: string): Promise<string> => {
    const asked = await plugboard.call(`POST /api/v1/connections/${connection}/tools/create_issue/call`, {
      key,
      body: { arguments: { project: 'acme/api', title: `Call ${(count += 1)}` } },
    });
    expect(asked.status).toBe(202);
    return String(asked.body['approval_id']);
  };
  const decide = async (key: string, id: string, how = 'approve') =>
    (await plugboard.call(`POST /api/v1/approvals/${id}/${how}`, { key })).status;
  const deciding: readonly Scope[] = ['approvals:decide', 'approvals:read'];

  it.each(['approve', 'decline'])('an agent cannot %s its own call', async (how) => {
    covers('everywhere/13-not-the-asker');
    const agent = await plugboard.mint();
    expect(await decide(agent, await ask(agent), how)).toBe(403);
  });

  it('an agent cannot decide what another agent asked for', async () => {
    covers('everywhere/13-who-decides');
    expect(await decide(await plugboard.mint(), await ask(await plugboard.mint()))).toBe(403);
  });

  it('the first admin key cannot decide its own call', async () => {
    covers('everywhere/13-not-the-asker');
    expect(await decide(plugboard.adminKey, await ask(plugboard.adminKey))).toBe(403);
  });

  it('a key that the asker made cannot decide', async () => {
    covers('everywhere/13-not-the-asker');
    const child = await plugboard.mint({ kind: 'person', scopes: deciding });
    expect(await decide(child, await ask(plugboard.adminKey))).toBe(403);
  });

  it('a key made beside the asker by the same key cannot decide', async () => {
    covers('everywhere/13-not-the-asker');
    const sibling = await plugboard.mint({ kind: 'person', scopes: deciding });
    expect(await decide(sibling, await ask(await plugboard.mint()))).toBe(403);
  });

  it('a session does not decide what it asked for itself', async () => {
    const person = await addPerson(plugboard, 'ADMIN');
    const own = await connectGitlab(plugboard, gitlab.url, { key: person.token });
    const asked = await plugboard.call(`POST /api/v1/connections/${own}/tools/create_issue/call`, {
      key: person.token,
      body: { arguments: { project: 'acme/api', title: 'By hand' } },
    });
    expect(await decide(person.token, String(asked.body['approval_id']))).toBe(403);
    expect(await decide(await person.signIn(), String(asked.body['approval_id']))).toBe(200);
  });

  it('an agent that may change connections cannot switch a tool back on, nor let it run unasked', async () => {
    const agent = await plugboard.mint({
      role: 'ADMIN',
      scopes: ['tools:call', 'connections:read', 'connections:write'],
    });
    const path = `PATCH /api/v1/connections/${connection}/tools/get_issue`;
    await plugboard.call(path, { body: { disabled: true, requires_confirmation: true } });
    expect((await plugboard.call(path, { key: agent, body: { disabled: false } })).status).toBe(403);
    expect((await plugboard.call(path, { key: agent, body: { requires_confirmation: false } })).status).toBe(403);
    expect((await plugboard.call(path, { key: agent, body: { disabled: true } })).status).toBe(200);
  });

  it('an agent that may change connections cannot switch a connection back on', async () => {
    const agent = await plugboard.mint({
      role: 'ADMIN',
      scopes: ['tools:call', 'connections:read', 'connections:write'],
    });
    const path = `PATCH /api/v1/connections/${connection}`;
    expect((await plugboard.call(path, { key: agent, body: { isActive: false } })).body['isActive']).toBe(false);
    expect((await plugboard.call(path, { key: agent, body: { isActive: true } })).status).toBe(403);
    expect((await plugboard.call(path, { body: { isActive: true } })).body['isActive']).toBe(true);
  });

  it('nothing of this was sent but what another session approved', () => {
    expect(gitlab.requests('POST', '/issues').map(({ body }) => body)).toEqual([{ title: 'By hand' }]);
  });
});
