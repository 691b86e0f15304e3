import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { type Addressing, addressingOf, choicesIn } from '../support/addressing.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { mcpClient } from '../support/mcp-client.ts';
import { addPerson, type Person } from '../support/people.ts';

describeOnDatabases('several accounts of one connector', ({ migrated }) => {
  let plugboard: ListeningPlugboard;
  let gitlab: GitlabEmulator;
  let to: Addressing;
  let person: Person;

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startListening(await migrated());
    to = addressingOf(plugboard, gitlab.url);
    // So that no person below is given the handle that is the connector's name.
    await to.personal('Taken');
    return () => gitlab.stop();
  });
  beforeEach(async () => {
    person = await addPerson(plugboard, 'MANAGER');
  });

  const agentOf = async ({ token }: Person, more: object = {}): Promise<string> => {
    const { body } = await plugboard.call('POST /api/v1/api-keys', { key: token, body: { name: 'Agent', ...more } });
    return String(body['key']);
  };
  const bare = (key: string) => callByName(key, 'gitlab_get_issue');
  const callByName = async (key: string, name: string): Promise<string> => {
    const client = await mcpClient(plugboard.publicUrl, key);
    const result = await client.callTool({ name, arguments: { project: 'acme/api', issue_iid: 1 } });
    await client.close();
    return JSON.stringify(result);
  };

  it('each answer to their own handle; the connector’s name alone is a question while several fit', async () => {
    covers('addressing/choices', 'everywhere/15-ambiguous');
    const [work, home] = [await to.personal('Work', person.token), await to.personal('Home', person.token)];
    const agent = await agentOf(person);
    for (const { handle, id } of [work, home]) {
      expect((await to.read(handle, { key: agent })).body).toMatchObject({ status: 'ok' });
      expect(await to.lastCalled()).toBe(id);
      expect(await callByName(agent, `${handle}__get_issue`)).toContain('Login fails');
    }
    const asked = await bare(agent);
    expect(asked).toContain('"isError":true');
    for (const { handle, id } of [work, home]) {
      expect(asked).toContain(handle);
      expect(asked).toContain(id);
    }
    await plugboard.call(`DELETE /api/v1/connections/${home.id}`, { key: person.token });
    expect(await bare(agent)).toContain('Login fails');
    expect(await to.lastCalled()).toBe(work.id);
  });

  it('a handle that is another person’s is not taken for one’s own account', async () => {
    covers('addressing/foreign-handle', 'addressing/choices');
    const own = await to.personal('Own', person.token);
    const agent = await agentOf(person);
    const asked = await to.read('gitlab', { key: agent });
    expect(asked.status).toBe(409);
    expect(choicesIn(asked).handles).toEqual([own.handle]);
    expect(asked.text).toContain('not yours to use');
    expect(await callByName(agent, 'gitlab__get_issue')).toContain('not yours to use');
    expect(await callByName(agent, 'gitlab_get_issue')).toContain('Login fails');
    expect((await to.read('gitlab', { key: agent, body: { connection: own.handle } })).body).toMatchObject({
      status: 'ok',
    });
  });

  it('a deleted connection’s handle does not come to mean the one that is left', async () => {
    covers('addressing/foreign-handle');
    const [work, home] = [await to.personal('Work', person.token), await to.personal('Home', person.token)];
    const agent = await agentOf(person);
    await plugboard.call(`DELETE /api/v1/connections/${work.id}`, { key: person.token });
    const sent = gitlab.ledger.length;
    expect((await to.read(work.handle, { key: agent })).status).toBe(404);
    await expect(callByName(agent, `${work.handle}__get_issue`)).rejects.toThrow(/no tool/);
    expect(gitlab.ledger).toHaveLength(sent);
    expect((await to.read(home.handle, { key: agent })).body).toMatchObject({ status: 'ok' });
  });

  it('what the call says counts before the key’s default, that before the person’s', async () => {
    covers('addressing/order');
    const [work, home] = [await to.personal('Work', person.token), await to.personal('Home', person.token)];
    const third = await to.personal('Third', person.token);
    const agent = await agentOf(person, { connection_defaults: { gitlab: home.id } });
    expect((await to.setDefault(work.id, person.token)).body).toEqual({ connection_defaults: { gitlab: work.id } });
    const said = (body: object = {}) => to.read('_', { key: agent, body });
    const sentTo = async (): Promise<unknown> => {
      expect((await said()).body).toMatchObject({ status: 'ok' });
      const byRest = await to.lastCalled();
      expect(await bare(agent)).toContain('Login fails');
      expect(await to.lastCalled()).toBe(byRest);
      return byRest;
    };
    expect((await said({ connection: third.handle })).body).toMatchObject({ status: 'ok' });
    expect(await to.lastCalled()).toBe(third.id);
    expect(await sentTo()).toBe(home.id);
    const id = await to.keyId(agent);
    expect((await to.setKeyDefault(id, null, person.token)).body).toEqual({ connection_defaults: {} });
    expect(await sentTo()).toBe(work.id);
    await to.setDefault(null, person.token);
    expect(await bare(agent)).toContain('Several connections fit');
    expect(choicesIn(await said()).handles).toEqual([work, home, third].map(({ handle }) => handle));
    expect((await said({ connection: 'gitlab-999' })).status).toBe(409);
    expect((await to.read(work.handle, { key: agent, body: { connection: home.handle } })).status).toBe(409);
  });

  it.each<readonly [string, string, (id: string, person: Person) => Promise<unknown>]>([
    ['deleted', 'deleted', (id, { token }) => plugboard.call(`DELETE /api/v1/connections/${id}`, { key: token })],
    ['switched off', 'inactive', (id, { token }) => to.edit(id, { isActive: false }, token)],
    ['somebody else’s by now', 'not_yours', (id) => takeAway(id)],
  ])('a default that is %s is no reason to use another account', async (_what, reason, breakIt) => {
    covers('addressing/broken-default');
    const shared = await to.shared();
    const own = await to.personal('Own', person.token);
    const agent = await agentOf(person);
    await to.setDefault(shared.id, person.token);
    expect(await bare(agent)).toContain('Login fails');
    expect(await to.lastCalled()).toBe(shared.id);
    const sent = gitlab.ledger.length;
    await breakIt(shared.id, person);
    const ignored = { connection_id: shared.id, of: 'user', reason };
    const { handles, ignored: told } = choicesIn(await to.read('_', { key: agent }));
    expect(told).toEqual(ignored);
    expect(handles).toContain(own.handle);
    expect(await bare(agent)).toContain(JSON.stringify(JSON.stringify(ignored)).slice(1, -1));
    expect(gitlab.ledger).toHaveLength(sent);
    await plugboard.call(`DELETE /api/v1/connections/${shared.id}`);
  });

  const takeAway = (id: string) => to.edit(id, { scope: 'personal' });

  it('MCP tells whose account each tool uses, and only where there are several', async () => {
    covers('addressing/account-in-list');
    const work = await to.personal('Work', person.token);
    const agent = await agentOf(person);
    const list = async () => {
      const client = await mcpClient(plugboard.publicUrl, agent);
      const { tools } = await client.listTools();
      await client.close();
      return tools.find(({ name }) => name === `${work.handle}__get_issue`);
    };
    expect((await list())?.description).not.toContain('It uses');
    await to.personal('Home', person.token);
    expect(await list()).toMatchObject({
      title: expect.stringContaining('Work'),
      description: expect.stringContaining('It uses your own connection "Work", the account '),
    });
  });

  it('what is for a crew is for whoever is in it now', async () => {
    covers('addressing/scope');
    const made = await plugboard.call('POST /api/v1/crews', { body: { name: 'Support' } });
    const crew = String(made.body['id']);
    const shared = await to.shared();
    expect((await to.edit(shared.id, { scope: 'crew', crew })).status).toBe(200);
    const agent = await agentOf(person);
    expect((await to.read(shared.handle, { key: agent })).status).toBe(404);
    expect((await plugboard.call(`PUT /api/v1/crews/${crew}/members/${person.userId}`)).status).toBe(204);
    expect((await to.read(shared.handle, { key: agent })).body).toMatchObject({ status: 'ok' });
    const own = await to.personal('Own', person.token);
    expect(await bare(agent)).toContain('Several connections fit');
    await to.setDefault(shared.id, person.token);
    expect(await bare(agent)).toContain('Login fails');
    await plugboard.call(`DELETE /api/v1/crews/${crew}/members/${person.userId}`);
    const asked = await bare(agent);
    expect(asked).toContain('not_yours');
    expect(asked).toContain(own.handle);
    expect((await to.read(shared.handle, { key: agent })).status).toBe(404);
    await plugboard.call(`DELETE /api/v1/connections/${shared.id}`);
  });
});
