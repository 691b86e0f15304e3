import type { Client } from '@modelcontextprotocol/client';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GitlabEmulator, startGitlab } from '../emulators/gitlab.ts';
import { startWaitingGitlab } from '../emulators/waiting-gitlab.ts';
import { connect, connectGitlab } from '../support/connect.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { startEverything } from '../support/everything.ts';
import { type ListeningPlugboard, startListening } from '../support/listening.ts';
import { type Era, mcpClient } from '../support/mcp-client.ts';
import { addPerson } from '../support/people.ts';

/** An answer as a model reads it. */
function words(result: Awaited<ReturnType<Client['callTool']>>): string {
  return result.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

describeOnDatabases('an MCP client', ({ migrated }) => {
  let plugboard: ListeningPlugboard;
  let gitlab: GitlabEmulator;
  let connection: string;
  let agent: string;
  const clients: Client[] = [];

  beforeAll(async () => {
    gitlab = await startGitlab();
    plugboard = await startListening(await migrated());
    connection = await connectGitlab(plugboard, gitlab.url);
    agent = await plugboard.mint();
    return () => gitlab.stop();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });

  const clientWith = async (key: string, era: Era = 'auto') => {
    const client = await mcpClient(plugboard.publicUrl, key, { era });
    clients.push(client);
    return client;
  };
  const issue = { project: 'acme/api', issue_iid: 1 };

  describe.each<Era>(['legacy', 'auto'])('of the era %s', (era) => {
    it('is told every tool it may call, in the same order each time, and what each does', async () => {
      covers('everywhere/16-names');
      const client = await clientWith(agent, era);
      const { tools } = await client.listTools();
      const names = tools.map(({ name }) => name);
      expect(names).toEqual([...names.slice(0, -1).sort(), 'plugboard__get_result']);
      expect((await (await clientWith(agent, era)).listTools()).tools).toEqual(tools);
      expect(tools.find(({ name }) => name === 'gitlab__get_issue')).toMatchObject({
        annotations: { readOnlyHint: true, destructiveHint: false, openWorldHint: true },
        inputSchema: { type: 'object', required: ['project', 'issue_iid'] },
      });
      expect(tools.find(({ name }) => name === 'gitlab__delete_issue_note')).toMatchObject({
        description: expect.stringContaining('A person may have to approve it first.'),
        annotations: { readOnlyHint: false, destructiveHint: true },
      });
    });

    it('reads at once', async () => {
      const result = await (await clientWith(agent, era)).callTool({ name: 'gitlab__get_issue', arguments: issue });
      expect(result.isError).toBeFalsy();
      expect(JSON.parse(words(result))).toMatchObject({ title: 'Login fails' });
    });

    it('learns that there is no such tool as an error of the protocol', async () => {
      const call = (await clientWith(agent, era)).callTool({ name: 'gitlab__fly', arguments: {} });
      await expect(call).rejects.toMatchObject({ code: -32_602 });
    });

    it('reads what is wrong with its arguments', async () => {
      covers('everywhere/15-input');
      const client = await clientWith(agent, era);
      const result = await client.callTool({ name: 'gitlab__get_issue', arguments: { project: 7 } });
      expect(result.isError).toBe(true);
      expect(JSON.parse(words(result))).toMatchObject({
        status: 'rejected',
        reason: 'input',
        problems: expect.arrayContaining([expect.objectContaining({ path: '/project' })]),
      });
    });

    it('waits for a person before it writes, and fetches the result afterwards', async () => {
      const client = await clientWith(agent, era);
      const title = `From a client of the era ${era}`;
      const asked = await client.callTool({
        name: 'gitlab__create_issue',
        arguments: { project: 'acme/api', title },
      });
      expect(asked.isError).toBeFalsy();
      const waiting = JSON.parse(words(asked));
      expect(waiting).toMatchObject({
        status: 'needs_approval',
        message: expect.stringContaining('waits for a person'),
      });
      const fetchResult = () =>
        client.callTool({ name: 'plugboard__get_result', arguments: { approval_id: waiting.approval_id } });
      expect(JSON.parse(words(await fetchResult()))).toMatchObject({ status: 'needs_approval' });
      expect(gitlab.requests('POST', '/issues').filter(({ body }) => JSON.stringify(body).includes(title))).toEqual([]);
      await plugboard.call(`POST /api/v1/approvals/${waiting.approval_id}/approve`);
      expect(JSON.parse(words(await fetchResult()))).toMatchObject({ title });
      expect(
        gitlab.requests('POST', '/issues').filter(({ body }) => JSON.stringify(body).includes(title)),
      ).toHaveLength(1);
    });

    it('that leaves takes its call with it', async () => {
      const waiting = await startWaitingGitlab();
      const slow = await connectGitlab(plugboard, waiting.url, { label: `Slow ${era}` });
      const { body } = await plugboard.call(`GET /api/v1/connections/${slow}`);
      const client = await clientWith(agent, era);
      const call = client
        .callTool({ name: `${String(body['handle'])}__get_issue`, arguments: issue })
        .catch(() => 'left');
      await waiting.arrived();
      await client.close();
      await call;
      while (waiting.waiting[0]?.left === false) await setTimeout(10);
      await plugboard.call(`DELETE /api/v1/connections/${slow}`);
      await waiting.stop();
    });
  });

  it('that cancels a call takes it back from the provider', async () => {
    const waiting = await startWaitingGitlab();
    await connectGitlab(plugboard, waiting.url, { label: 'Cancelled' });
    const { items } = (await plugboard.call('GET /api/v1/connections')).body;
    const handle = Array.isArray(items) ? String(items[0].handle) : '';
    const cancelling = new AbortController();
    const client = await clientWith(agent);
    const call = client.callTool({ name: `${handle}__get_issue`, arguments: issue }, { signal: cancelling.signal });
    await waiting.arrived();
    cancelling.abort();
    await expect(call).rejects.toThrow();
    while (waiting.waiting[0]?.left === false) await setTimeout(10);
    await waiting.stop();
  });

  it('with another key learns nothing of a result', async () => {
    const client = await clientWith(agent);
    const asked = await client.callTool({
      name: 'gitlab__create_issue',
      arguments: { project: 'acme/api', title: 'Mine alone' },
    });
    const { approval_id: approval } = JSON.parse(words(asked));
    const other = await clientWith(await plugboard.mint());
    await expect(
      other.callTool({ name: 'plugboard__get_result', arguments: { approval_id: approval } }),
    ).rejects.toMatchObject({ code: -32_602, message: expect.stringContaining('no such approval of yours') });
  });

  it.each([{}, { approval_id: 'x' }, { approval_id: 7 }, { approvalId: '' }])(
    'is told how to ask for a result: %j',
    async (args) => {
      const client = await clientWith(agent);
      const result = await client.callTool({ name: 'plugboard__get_result', arguments: args });
      expect(result.isError).toBe(true);
      expect(words(result)).toContain('approval_id');
    },
  );

  it('whose key lacks tools:call is told no tool and calls none', async () => {
    const client = await clientWith(await plugboard.mint({ kind: 'person', scopes: ['tools:read'] }));
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['plugboard__get_result']);
    const sent = gitlab.ledger.length;
    const result = await client.callTool({ name: 'gitlab__get_issue', arguments: issue });
    expect(result.isError).toBe(true);
    expect(words(result)).toContain('tools:call');
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it('of a VIEWER calls no tool, as over REST', async () => {
    const viewer = await plugboard.mint({ role: 'VIEWER' });
    const sent = gitlab.ledger.length;
    const result = await (await clientWith(viewer)).callTool({ name: 'gitlab__get_issue', arguments: issue });
    expect(result.isError).toBe(true);
    expect(words(result)).toContain('the role MEMBER');
    expect(gitlab.ledger).toHaveLength(sent);
  });

  it('without a key, or with a revoked one, does not get in', async () => {
    await expect(mcpClient(plugboard.publicUrl, 'pb_of-nobody')).rejects.toThrow();
  });

  it('of another person sees and calls none of the tools of a personal connection', async () => {
    covers('004/personal');
    const { token } = await addPerson(plugboard, 'ADMIN');
    const client = await clientWith(token);
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['plugboard__get_result']);
    const result = await client.callTool({ name: 'gitlab__get_issue', arguments: issue });
    expect(JSON.parse(words(result))).toMatchObject({ status: 'rejected', reason: 'connect_first' });
  });

  it('no longer sees a tool that was switched off', async () => {
    covers('004/tool-switches');
    const path = `PATCH /api/v1/connections/${connection}/tools/get_file`;
    await plugboard.call(path, { body: { disabled: true } });
    const client = await clientWith(agent);
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('gitlab__get_file');
    const result = await client.callTool({
      name: 'gitlab__get_file',
      arguments: { project: 'acme/api', path: 'README.md', ref: 'main' },
    });
    expect(JSON.parse(words(result))).toMatchObject({ status: 'rejected', reason: 'disabled' });
    await plugboard.call(path, { body: { disabled: false } });
  });

  it('reaches another MCP server through Plugboard, whose answers go on as they are', async () => {
    covers('001/verify-mcp');
    const everything = await startEverything();
    await connect(plugboard, ['everything', { url: everything.endpoint }]);
    const client = await clientWith(agent);
    const result = await client.callTool({ name: 'everything__echo', arguments: { message: 'hello' } });
    expect(result.content).toEqual([{ type: 'text', text: 'Echo: hello' }]);
    const image = await client.callTool({ name: 'everything__get-tiny-image', arguments: {} });
    expect(image.content).toContainEqual(expect.objectContaining({ type: 'image', mimeType: 'image/png' }));
    everything.stop();
  });
});
