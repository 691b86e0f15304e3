import { describe, expect, it } from 'vitest';
import { covers } from '../../tests/support/covers.ts';
import { clientOf, inTurn, json, refusal, type Answer } from './testing/stub-server.ts';

const tool = (connector: string, name: string, more: object = {}) => ({
  name: `${connector}__${name}`,
  tool: name,
  description: 'Does it.',
  type: 'read',
  destructive: false,
  disabled: false,
  requires_confirmation: false,
  held: false,
  connection: { id: `c-${connector}`, handle: connector, connector },
  input_schema: { type: 'object' },
  ...more,
});
const token = (text: string, lifeMs = 3_600_000): Answer =>
  json({ id: 't', token: text, expires_at: new Date(Date.now() + lifeMs).toISOString() }, 201);
const ok = json({ status: 'ok', output: 1 });

describe('the tools of an end user', () => {
  it('are listed and called with a token of theirs, minted once', async () => {
    covers('sdk/tools');
    const tools = json({ data: [tool('github', 'list'), tool('slack', 'post')] });
    const { client, seen } = await clientOf(inTurn(token('pbu_1'), tools, ok));
    const filter = { endUser: 'u_1', connectors: ['github'], connections: ['c-slack'], agent: 'helper' };
    const found = await client.tools(filter);
    expect(found.list.map(({ name }) => name)).toEqual(['github__list', 'slack__post']);
    expect(await found.call('github__list', { a: 1 })).toEqual({ status: 'ok', output: 1 });
    await found.list[1]?.call();
    expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/api/v1/user-tokens', 'Bearer pb_test'],
      ['/api/v1/tools', 'Bearer pbu_1'],
      ['/api/v1/connections/c-github/tools/list/call', 'Bearer pbu_1'],
      ['/api/v1/connections/c-slack/tools/post/call', 'Bearer pbu_1'],
    ]);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      end_user: { id: 'u_1' },
      agent: 'helper',
      connectors: ['github'],
      connections: ['c-slack'],
      expires_in: 3600,
    });
  });

  it('go on when the token is about to end, with another', async () => {
    const { client, seen } = await clientOf(
      inTurn(token('pbu_1', 30_000), token('pbu_2'), json({ data: [tool('github', 'list')] }), ok),
    );
    const { list } = await client.tools({ endUser: 'u_1' });
    await list[0]?.call();
    expect(seen.map(({ headers }) => headers.authorization).slice(2)).toEqual(['Bearer pbu_2', 'Bearer pbu_2']);
  });

  it('are asked for again after a token could not be made', async () => {
    const { client } = await clientOf(inTurn(refusal('FORBIDDEN', 403)));
    await expect(client.tools({ endUser: 'u_1' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  it('that end at once are told as an error, and not asked for for ever', async () => {
    const { client, seen } = await clientOf(token('pbu_1', -1));
    await expect(client.tools({ endUser: 'u_1' })).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' });
    expect(seen.length).toBeLessThan(4);
  });
});

describe('a toolset', () => {
  it('has names that every provider of models takes, each once', async () => {
    const tools = [tool('files', 'read.text'), tool('files', 'read_text'), tool('files', 'off', { disabled: true })];
    const { client, seen } = await clientOf(inTurn(json({ data: tools }), ok));
    const found = await client.tools();
    expect(found.list.map(({ name }) => name)).toEqual(['files__read_text', 'files__read_text_2']);
    await found.call('files__read_text');
    expect(seen[1]?.url).toBe('/api/v1/connections/c-files/tools/read.text/call');
  });

  it('says which connectors nothing is connected of, and lets the server answer for what it does not know', async () => {
    covers('sdk/tools');
    const first = { status: 'rejected', reason: 'connect_first', message: 'Connect it.', connect_url: 'https://x/y' };
    const { client, seen } = await clientOf(inTurn(json({ data: [tool('github', 'list')] }), json(first)));
    const found = await client.tools({ connectors: ['github', 'slack'] });
    expect(found.missing).toEqual(['slack']);
    expect(await found.call('slack__post', { text: 'x' })).toEqual(first);
    expect(seen[1]?.url).toBe('/api/v1/connections/_/tools/slack__post/call');
  });

  it('asks a person for writes, and for what is set to ask', async () => {
    const tools = [
      tool('a', 'read'),
      tool('a', 'write', { type: 'write' }),
      tool('a', 'careful', { requires_confirmation: true }),
    ];
    const { client } = await clientOf(json({ data: tools }));
    expect((await client.tools()).list.map(({ asks }) => asks)).toEqual([false, true, true]);
  });

  it('lets its caller decide a call that waits, and gives the result of it', async () => {
    const waiting = json({ status: 'needs_approval', approval_id: 'a1', url: 'https://x/a1' }, 202);
    const { client, seen } = await clientOf(inTurn(json({ data: [tool('a', 'write')] }), waiting, ok));
    const decided: unknown[] = [];
    const outcome = await (
      await client.tools()
    ).call('a__write', { n: 1 }, { idempotencyKey: 'once', decide: async (call) => decided.push(call) });
    expect(outcome).toEqual({ status: 'ok', output: 1 });
    expect(decided).toEqual([{ approvalId: 'a1', url: 'https://x/a1', tool: 'a__write', args: { n: 1 } }]);
    expect(seen.slice(1).map(({ url }) => url)).toEqual([
      '/api/v1/connections/c-a/tools/write/call?wait=0',
      '/api/v1/connections/c-a/tools/write/call',
    ]);
    expect(seen[1]?.headers['idempotency-key']).toBe('once');
    expect(seen[2]?.headers['idempotency-key']).not.toBe('once');
  });
});
