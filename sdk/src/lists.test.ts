import { describe, expect, it } from 'vitest';
import { covers } from '../../tests/support/covers.ts';
import { clientOf, inTurn, json } from './testing/stub-server.ts';

const page = (ids: readonly string[], next_cursor: string | null) =>
  json({ data: ids.map((id) => ({ id })), next_cursor });

describe('a list', () => {
  it('goes through every page, and asks for no more than is read', async () => {
    covers('sdk/lists');
    const { client, seen } = await clientOf(inTurn(page(['a', 'b'], 'two'), page(['c'], 'three'), page(['d'], null)));
    const ids: string[] = [];
    for await (const call of client.calls.list({ limit: 2, tool: 'get_issue' })) {
      ids.push(call.id);
      if (call.id === 'c') break;
    }
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/v1/calls?limit=2&tool=get_issue',
      '/api/v1/calls?limit=2&tool=get_issue&cursor=two',
    ]);
  });

  it('sends nothing before somebody reads', async () => {
    const { client, seen } = await clientOf(page([], null));
    client.calls.list();
    expect(seen).toEqual([]);
  });

  it('can be read by the page', async () => {
    const { client, seen } = await clientOf(inTurn(page(['a'], 'two'), page(['b'], null)));
    const calls = client.calls.list();
    const first = await calls.page();
    expect(first.next_cursor).toBe('two');
    expect(await calls.page(first.next_cursor ?? undefined)).toMatchObject({ data: [{ id: 'b' }], next_cursor: null });
    expect(seen[1]?.url).toBe('/api/v1/calls?cursor=two');
  });

  it('begins where it is told to', async () => {
    const { client, seen } = await clientOf(inTurn(page(['c'], 'four'), page(['d'], null)));
    expect(await client.calls.list({ cursor: 'three' }).all()).toMatchObject([{ id: 'c' }, { id: 'd' }]);
    expect(seen.map(({ url }) => url)).toEqual(['/api/v1/calls?cursor=three', '/api/v1/calls?cursor=four']);
  });

  it('that is a bare array goes on where its Link header says', async () => {
    const link = '<https://plugboard.example.com/api/v1/connections?cursor=two>; rel="next"';
    const { client, seen } = await clientOf(inTurn(json([{ id: 'a' }], 200, { link }), json([{ id: 'b' }])));
    expect(await client.connections.list().all()).toMatchObject([{ id: 'a' }, { id: 'b' }]);
    expect(seen[1]?.url).toBe('/api/v1/connections?cursor=two');
  });

  it('that keeps its cursor in `meta` is read too', async () => {
    const meta = (next_cursor: string | null) => ({ request_id: 'r', next_cursor });
    const pages = inTurn(
      json({ data: [{ id: 'a' }], meta: meta('two') }),
      json({ data: [{ id: 'b' }], meta: meta(null) }),
    );
    const { client } = await clientOf(pages);
    expect(await client.v1.connectors.list().all()).toMatchObject([{ id: 'a' }, { id: 'b' }]);
  });

  it('that goes in circles ends as an error', async () => {
    const { client, seen } = await clientOf(inTurn(page(['a'], 'two'), page(['b'], 'one'), page(['a'], 'two')));
    await expect(client.calls.list().all()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' });
    expect(seen).toHaveLength(3);
  });

  it.each([{}, { data: {} }, 'text', null, 7])('is not %j', async (body) => {
    const { client } = await clientOf(json(body));
    await expect(client.calls.list().all()).rejects.toMatchObject({ code: 'UNEXPECTED_ANSWER' });
  });
});
