import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type Proxied, startProxied } from '../support/proxied.ts';

describeOnDatabases('S13: an approved raw request', ({ migrated }) => {
  let plugboard: Plugboard;
  let count = 0;
  let running: Proxied[] = [];

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    return () => Promise.all(running.map(({ stop }) => stop()));
  });

  async function waiting() {
    const proxied = await startProxied(plugboard, `Case ${(count += 1)}`);
    running = [...running, proxied];
    const agent = await plugboard.mint();
    const asked = await plugboard.call(`POST ${proxied.path}/things`, { key: agent, body: { n: count } });
    proxied.seen();
    return { proxied, agent, approval: String(asked.body['approval_id']) };
  }
  type Waiting = Awaited<ReturnType<typeof waiting>>;

  const approve = (approval: string) => plugboard.call(`POST /api/v1/approvals/${approval}/approve`);
  const change = (id: string, values: object) =>
    loose(plugboard.app.storage.writer).updateTable('connections').set(values).where('id', '=', id).execute();

  const changes: readonly (readonly [string, (waiting: Waiting) => Promise<unknown>])[] = [
    [
      'the proxy was switched off',
      ({ proxied }) =>
        plugboard.call(`PATCH /api/v1/connections/${proxied.connection}/tools/proxy`, { body: { disabled: true } }),
    ],
    [
      'the connection was switched off',
      ({ proxied }) => plugboard.call(`PATCH /api/v1/connections/${proxied.connection}`, { body: { isActive: false } }),
    ],
    ['the connection was deleted', ({ proxied }) => plugboard.call(`DELETE /api/v1/connections/${proxied.connection}`)],
    [
      'the credentials were submitted again',
      ({ proxied }) =>
        plugboard.call(`POST /api/v1/connections/${proxied.connection}/credentials`, {
          body: { base_url: proxied.base, api_key: 'another-key-of-theirs', header_name: 'X-Key' },
        }),
    ],
    [
      'its address was changed',
      ({ proxied }) =>
        change(proxied.connection, {
          config: JSON.stringify({ base_url: `${proxied.base}/other`, header_name: 'X-Key', header_prefix: '' }),
        }),
    ],
    [
      'the key that asked was revoked',
      async ({ agent }) => {
        const me = await plugboard.call('GET /api/v1/me', { key: agent });
        const id = /"key":\{"id":"([^"]+)"/.exec(me.text)?.[1];
        expect((await plugboard.call(`DELETE /api/v1/api-keys/${id}`)).status).toBe(204);
      },
    ],
  ];

  it.each(changes)('is voided and not sent where %s since', async (_what, makeChange) => {
    covers('proxy/writes-ask');
    const { proxied, approval, ...rest } = await waiting();
    await makeChange({ proxied, approval, ...rest });
    const before = proxied.seen().filter(({ method }) => method === 'POST');
    const answer = await approve(approval);
    if (answer.status === 200) expect(answer.body).toMatchObject({ status: 'voided' });
    else expect([404, 409]).toContain(answer.status);
    expect([...before, ...proxied.seen()].filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('decided five times at once is sent once', async () => {
    const { proxied, approval } = await waiting();
    const decided = await Promise.all(Array.from({ length: 5 }, () => approve(approval)));
    expect(decided.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(proxied.seen()).toHaveLength(1);
  });

  it('cannot be decided by the key that asked', async () => {
    const { proxied, approval, agent } = await waiting();
    const decided = await plugboard.call(`POST /api/v1/approvals/${approval}/approve`, { key: agent });
    expect(decided.status).toBe(403);
    expect(proxied.seen()).toEqual([]);
  });

  it('is no way around: what a GET of this provider may change asks like a write', async () => {
    covers('proxy/writes-ask');
    const connector = plugboard.app.catalog.find('slack');
    expect(connector?.http?.get_may_write).toBe(true);
    const started = await plugboard.call('POST /api/v1/connections', { body: { connectorSlug: 'slack' } });
    const id = /"id":"([^"]+)"/.exec(started.text)?.[1] ?? '';
    await change(id, { status: 'connected' });
    await plugboard.call(`PATCH /api/v1/connections/${id}`, { body: { label: 'Chat' } });
    const agent = await plugboard.mint();
    const asked = await plugboard.call(`GET /api/v1/connections/${id}/proxy/chat.postMessage?text=hi`, { key: agent });
    expect(asked).toMatchObject({ status: 202, body: { status: 'needs_approval' } });
  });
});
