import { beforeAll, expect, it } from 'vitest';
import { covers } from '../support/covers.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { download, upload } from '../support/files.ts';
import { addPerson } from '../support/people.ts';
import { type Plugboard, startPlugboard } from '../support/plugboard.ts';

const page = '<script>fetch("/api/v1/me")</script>';

describeOnDatabases('S12: a file', ({ migrated }) => {
  let plugboard: Plugboard;
  beforeAll(async () => {
    plugboard = await startPlugboard(await migrated());
  });

  it.each([
    ['a page', 'text/html; charset=utf-8'],
    ['a picture with a script', 'image/svg+xml'],
    ['a script', 'text/javascript'],
  ])('that is %s is nothing a browser shows or runs', async (_what, type) => {
    covers('files/content');
    const id = await upload(plugboard, page, { type, name: 'page.html' });
    const { body, headers } = await download(plugboard, id);
    expect(body).toBe(page);
    expect(headers).toMatchObject({
      'content-type': type,
      'content-disposition': `attachment; filename="page.html"; filename*=UTF-8''page.html`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it('has a name that cannot break out of its header', async () => {
    covers('files/content');
    const name = 'a"; filename=\u202eexe.html\r\nset-cookie: x=1;é%.csv';
    const { headers } = await download(plugboard, await upload(plugboard, 'x', { name }));
    expect(headers['content-disposition']).toBe(
      `attachment; filename="a_; filename=exe.htmlset-cookie: x=1;__.csv"; filename*=UTF-8''a%22%3B%20filename%3Dexe.htmlset-cookie%3A%20x%3D1%3B%C3%A9%25.csv`,
    );
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it('is neither handed to a cookie nor taken from one', async () => {
    covers('files/content');
    const bob = await addPerson(plugboard, 'OWNER');
    const { host, origin } = new URL(plugboard.app.config.publicUrl);
    const headers = { host, origin, cookie: await bob.browse(origin) };
    const id = await upload(plugboard, 'x', { key: bob.token });
    const ask = (request: object) => plugboard.server.inject({ url: `/api/v1/files/${id}`, headers, ...request });
    expect((await ask({ method: 'GET' })).statusCode).toBe(200);
    expect((await ask({ method: 'GET', url: `/api/v1/files/${id}/content` })).statusCode).toBe(403);
    const sent = { method: 'POST', url: '/api/v1/files?name=x', payload: 'x' };
    expect((await ask({ ...sent, headers: { ...headers, 'content-type': 'text/plain' } })).statusCode).toBe(403);
    expect((await download(plugboard, id, bob.token)).body).toBe('x');
  });
});
