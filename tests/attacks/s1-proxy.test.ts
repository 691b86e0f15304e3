import { beforeAll, expect, it } from 'vitest';
import { listen } from '../emulators/listen.ts';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { loose } from '../support/loose-database.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';
import { type Proxied, providerKey, startProxied } from '../support/proxied.ts';

describeOnDatabases('S1: a raw request', ({ migrated }) => {
  let plugboard: Plugboard;
  let proxied: Proxied;
  const stolen: string[] = [];
  let evil: Awaited<ReturnType<typeof listen>>;

  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
    [proxied, evil] = await Promise.all([
      startProxied(plugboard),
      listen((request, response) => {
        stolen.push(JSON.stringify(request.headers));
        response.end('{}');
      }),
    ]);
    return () => Promise.all([proxied.stop(), evil.stop()]);
  });

  it('of a connection whose address was changed in the database sends its secret to nobody', async () => {
    const other = await startProxied(plugboard, 'Retargeted');
    expect((await plugboard.call(`GET ${other.path}/x`)).status).toBe(200);
    await loose(plugboard.app.storage.writer)
      .updateTable('connections')
      .set({ config: JSON.stringify({ base_url: evil.url, header_name: 'X-Key', header_prefix: '' }) })
      .where('id', '=', other.connection)
      .execute();
    await plugboard.call(`PATCH /api/v1/connections/${other.connection}`, { body: { label: 'Renamed' } });
    const refused = await plugboard.call(`GET ${other.path}/x`);
    expect(refused).toMatchObject({ status: 409, body: { error: { outcome: 'rejected', reason: 'auth' } } });
    expect(stolen).toEqual([]);
    await other.stop();
  });

  it.each(['Host', 'X-Forwarded-Host', 'Forwarded'])(
    'goes where the connection goes, whatever %s says',
    async (name) => {
      covers('proxy/own-hosts');
      proxied.seen();
      const headers = name === 'Host' ? {} : { [name]: name === 'Forwarded' ? 'host=evil.example' : 'evil.example' };
      expect((await plugboard.call(`GET ${proxied.path}/x`, { headers })).status).toBe(200);
      const [seen] = proxied.seen();
      expect(seen?.headers['host']).toBe(new URL(proxied.base).host);
      expect(JSON.stringify(seen?.headers)).not.toContain('evil.example');
    },
  );

  it('follows no redirect to another origin, and no client does by itself with our key', async () => {
    covers('proxy/own-hosts');
    proxied.answer((_request, response) => void response.writeHead(307, { location: `${evil.url}/take` }).end());
    for (const method of ['GET', 'POST']) {
      const answer = await plugboard.call(`${method} ${proxied.path}/x`);
      expect(answer).toMatchObject({ status: 307, headers: { 'x-provider-location': `${evil.url}/take` } });
      expect(answer.headers).not.toHaveProperty('location');
    }
    expect(stolen).toEqual([]);
  });

  it('cannot put another key in the place of the connection’s', async () => {
    proxied.seen();
    proxied.answer((_request, response) => void response.end());
    await plugboard.call(`GET ${proxied.path}/x`, { headers: { 'X-Key': 'mine' } });
    expect(proxied.seen()[0]?.headers['x-key']).toBe(providerKey);
  });

  it('hands our own key on to nobody', async () => {
    proxied.seen();
    const key = await plugboard.mint();
    await plugboard.server.inject({
      url: `${proxied.path}/x`,
      headers: { host: 'localhost:7400', 'x-api-key': key, connection: 'x-key' },
    });
    await plugboard.call(`GET ${proxied.path}/x`, { key });
    expect(JSON.stringify(proxied.seen())).not.toContain(key);
  });
});
