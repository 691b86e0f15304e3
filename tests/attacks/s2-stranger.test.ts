import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { describeOnEngines } from '../support/databases.ts';
import { publicUrl, startedAccess } from '../support/started-access.ts';

const json = { 'content-type': 'application/json', origin: publicUrl };

describeOnEngines('S2', (open) => {
  it('a stranger cannot sign up even where the whole router is reached', async () => {
    const { auth, storage } = await startedAccess(await open());
    const body = JSON.stringify({ email: 'eve@example.com', password: 'a long password', name: 'Eve' });
    const response = await auth.route(
      new Request(`${publicUrl}/api/auth/sign-up/email`, { method: 'POST', headers: json, body }),
    );
    expect(response.status).toBe(400);
    expect(await storage.rows.selectFrom('people').select('id').execute()).toHaveLength(1);
  });

  it('a member cannot make a workspace even where the whole router is reached', async () => {
    const world = await startedAccess(await open());
    await world.person('ADMIN', 'ada@example.com');
    const { body } = await world.signIn('ada@example.com');
    const token = typeof body === 'object' && body !== null && 'token' in body ? String(body.token) : '';
    const headers = { ...json, authorization: `Bearer ${token}` };
    const wish = JSON.stringify({ name: 'Mine', slug: 'mine' });
    const response = await world.auth.route(
      new Request(`${publicUrl}/api/auth/organization/create`, { method: 'POST', headers, body: wish }),
    );
    expect(response.status).toBe(403);
    expect(await world.storage.rows.selectFrom('workspaces').select('id').execute()).toHaveLength(1);
  });

  it.each(['better-auth-secret-12345678901234567890', 'better-auth-secret-123456789', ''])(
    'a session token does not become a cookie with the well-known secret %j',
    async (secret) => {
      const world = await startedAccess(await open());
      await world.person('MEMBER', 'ada@example.com');
      const { setCookies } = await world.signIn('ada@example.com');
      expect(decodeURIComponent(setCookies[0] ?? '')).toMatch(/^plugboard-7400\.session_token=\w{32}\.[\w+/]{43}=; /);
      const { token } = await world.storage.rows.selectFrom('sessions').select('token').executeTakeFirstOrThrow();
      const signature = createHmac('sha256', secret).update(token).digest('base64');
      const cookie = `plugboard-7400.session_token=${encodeURIComponent(`${token}.${signature}`)}`;
      await expect(world.enter({ cookie })).rejects.toThrow('Nobody.');
    },
  );

  it('nothing of a session survives in a cookie once its row is gone', async () => {
    const world = await startedAccess(await open());
    await world.person('MEMBER', 'ada@example.com');
    const { setCookies } = await world.signIn('ada@example.com');
    await world.storage.transact(({ rows }) => rows.deleteFrom('sessions').execute());
    const cookie = setCookies.map((text) => text.split(';')[0]).join('; ');
    await expect(world.enter({ cookie })).rejects.toThrow('Nobody.');
    expect(cookie).not.toContain('session_data');
  });
});
